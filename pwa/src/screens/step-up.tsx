import { useEffect, useRef, useState } from "preact/hooks";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { SecretInput } from "../elements/secret-input";
import { Refused, useActs } from "./acts";
import { CodeInput } from "./code-input";
import { passkeysHere } from "./passkeys-here";
import { proving } from "./proving";
import type { SecurityActs } from "./security-acts";
import { useAct } from "./use-act";

/** Somebody who found an open phone must not be able to do this: whoever asked for it shows again who they are. */
export function StepUp() {
  const acts = useActs();
  const acting = useAct();
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = proving.value;
  const known = asked?.passphrase ?? null;
  const [passphrase, setPassphrase] = useState(known ?? "");
  const [code, setCode] = useState<string | null>(known === null ? null : "");
  useEffect(() => dialog.current?.showModal(), []);
  if (!asked) return null;
  const prove = (act: (security: SecurityActs) => Promise<void>): void =>
    void acting.run(async () => {
      try {
        await act(await acts.security());
        asked.done();
      } catch (failure) {
        if (!(failure instanceof Refused) || failure.reason !== "second_step") throw failure;
        setCode("");
      }
    });
  const go = (): void => {
    if (!passphrase) return acting.refuse({ proof: "Write your passphrase" });
    if (code === "") return acting.refuse({ code: "Write your code" });
    prove((security) => security.proveByPassphrase(passphrase, code?.trim() ?? null));
  };
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby="step-up" onCancel={(event) => { event.preventDefault(); asked.calledOff(); }}>
      <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); if (!acting.busy) go(); }}>
        <h2 id="step-up">Is it you?</h2>
        <p>This is important, so show once more that it is you.</p>
        {acting.trouble && <Banner kind="red">{acting.trouble}</Banner>}
        {known === null && (
          <SecretInput at="proof" title="Passphrase" help={null} error={acting.errors["proof"] ?? null} value={passphrase} onInput={setPassphrase} />
        )}
        {code !== null && <CodeInput value={code} error={acting.errors["code"] ?? null} onInput={setCode} />}
        <Button submits wide busy={acting.busy}>Go on</Button>
        {passkeysHere() && <Button kind="quiet" icon="key" wide busy={acting.busy} onPress={() => prove((security) => security.proveByPasskey())}>Use a passkey</Button>}
        <Button kind="plain" onPress={asked.calledOff}>Do not go on</Button>
      </form>
    </dialog>
  );
}
