import { Button } from "../elements/button";

interface RecoveryCodesProps {
  codes: readonly string[];
  onDone: () => void;
}

/** Shown this once, to be written down or printed, and kept away from the phone. */
export function RecoveryCodes({ codes, onDone }: RecoveryCodesProps) {
  return (
    <section class="panel" role="status" aria-labelledby="recovery-codes">
      <h2 id="recovery-codes">Write these codes down</h2>
      <p>If you lose your phone, each code signs you in once, with your passphrase. You see them only now. Keep the paper at home, not with the phone.</p>
      <ol class="recovery-codes">{codes.map((code) => <li key={code}>{code}</li>)}</ol>
      <div class="row not-printed">
        <Button kind="quiet" onPress={() => print()}>Print them</Button>
        <Button onPress={onDone}>I have written them down</Button>
      </div>
    </section>
  );
}
