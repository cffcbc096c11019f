import { useState } from "preact/hooks";
import { Button } from "../elements/button";
import { SecretInput } from "../elements/secret-input";
import { useActs } from "./acts";
import { CodeInput } from "./code-input";
import { Entrance } from "./entrance";
import { passkeysHere } from "./passkeys-here";
import type { Missing, SecurityActs } from "./security-acts";
import { useAct } from "./use-act";

/** Somebody is signed in, and what they have on this phone does not open with what they showed. */
export function KeyMissing({ missing }: { missing: Missing }) {
  return missing.kind === "key" ? <OldKey {...missing} /> : <FirstPassphrase name={missing.name} />;
}

const unfinishedWords = (count: number): string => (count === 1 ? "1 thing that you have not finished" : `${count} things that you have not finished`);

function OldKey({ name, unfinished, passkeys, byPasskey }: Extract<Missing, { kind: "key" }>) {
  const acts = useActs();
  const acting = useAct();
  const [passphrase, setPassphrase] = useState("");
  const [sure, setSure] = useState(false);
  const beginning = useAct();
  const run = (act: (security: SecurityActs) => Promise<void>, by = acting): void => void by.run(async () => act(await acts.security()));
  const open = (): void => {
    if (!passphrase) return acting.refuse({ password: "Write your passphrase" });
    run((security) => security.bringPassphrase(passphrase));
  };
  const which = byPasskey ? "passphrase" : "old passphrase";
  if (sure)
    return (
      <Entrance title="Start again on this phone?" acting={beginning}>
        <ul class="bullets">
          {unfinished > 0 && <li>{unfinishedWords(unfinished)} on this phone cannot be read again. Nobody can bring it back.</li>}
          <li>What you have sent is safe. Heed fetches it again.</li>
          <li>What you have pressed Send for is safe, and is sent.</li>
        </ul>
        <Button kind="danger" wide busy={beginning.busy} onPress={() => run((security) => security.beginAgain(), beginning)}>Start again</Button>
        <Button kind="quiet" wide onPress={() => setSure(false)}>Go back</Button>
      </Entrance>
    );
  return (
    <Entrance title={`Hello ${name}`} acting={acting} onSubmit={open}>
      <p>You are signed in. What you have on this phone is still closed.</p>
      {unfinished > 0 && <p>There {unfinished === 1 ? "is" : "are"} {unfinishedWords(unfinished)}.</p>}
      {passkeys && passkeysHere() && <Button icon="key" wide busy={acting.busy} onPress={() => run((security) => security.bringPasskey())}>Unlock with this phone</Button>}
      <SecretInput
        at="password" title={byPasskey ? "Passphrase" : "Your old passphrase"} error={acting.errors["password"] ?? null} value={passphrase} onInput={setPassphrase}
        help={byPasskey ? "You write it once. Then your passkey opens it, where it can." : "You write it once. From then on the new one opens this phone."}
      />
      <Button submits wide kind={passkeys ? "quiet" : "main"} busy={acting.busy}>Open</Button>
      <Button kind="plain" onPress={() => setSure(true)}>I do not know my {which}</Button>
    </Entrance>
  );
}

function FirstPassphrase({ name }: { name: string }) {
  const acts = useActs();
  const acting = useAct();
  const [passphrase, setPassphrase] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const go = (): void => {
    if (!passphrase) return acting.refuse({ password: "Write your passphrase" });
    void acting.run(async () => {
      try {
        await (await acts.security()).beginWithPassphrase(passphrase, code);
      } catch (failure) {
        if (failure instanceof Error && "reason" in failure && failure.reason === "second_step") setCode("");
        throw failure;
      }
    });
  };
  return (
    <Entrance title={`Hello ${name}`} acting={acting} onSubmit={go}>
      <p>You are signed in. Your passkey cannot open what Heed keeps on this phone. Your passphrase can.</p>
      <SecretInput at="password" title="Passphrase" help={null} error={acting.errors["password"] ?? null} value={passphrase} onInput={setPassphrase} />
      {code !== null && <CodeInput value={code} error={acting.errors["code"] ?? null} onInput={setCode} />}
      <Button submits wide busy={acting.busy}>Go on</Button>
    </Entrance>
  );
}
