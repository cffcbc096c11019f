import { useState } from "preact/hooks";
import { Button, ButtonLink } from "../elements/button";
import { PlainInput } from "../elements/plain-input";
import { SecretInput } from "../elements/secret-input";
import { useActs } from "./acts";
import { Entrance } from "./entrance";
import { go, to } from "./route";
import { useAct } from "./use-act";

/** Signing in for the first time on this phone. It needs signal once; after that the phone opens without. */
export function SignIn({ others }: { others: boolean }) {
  const acts = useActs();
  const acting = useAct();
  const [name, setName] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const signIn = (): void => {
    const missing: Record<string, string> = {};
    if (!name.trim()) missing["sign_in_name"] = "Write your sign-in name";
    if (!passphrase) missing["password"] = "Write your passphrase";
    if (Object.keys(missing).length) return acting.refuse(missing);
    void acting.run(async () => {
      await acts.signIn(name.trim().toLowerCase(), passphrase);
      go(to("home"));
    });
  };
  return (
    <Entrance title="Sign in" acting={acting} onSubmit={signIn}>
      <PlainInput
        at="sign_in_name" title="Sign-in name" help="Like amina@meadow" autocomplete="username" exact
        value={name} error={acting.errors["sign_in_name"] ?? null} onInput={setName}
      />
      <SecretInput at="password" title="Passphrase" help={null} error={acting.errors["password"] ?? null} value={passphrase} onInput={setPassphrase} />
      <Button submits wide busy={acting.busy}>Sign in</Button>
      <p class="soft">You need signal for this. Afterwards Heed opens without signal.</p>
      <div class="row">
        <ButtonLink href={to("join")} kind="quiet" icon="key">I have a code</ButtonLink>
        {others && <ButtonLink href={to("home")} kind="plain">Back to the names</ButtonLink>}
      </div>
    </Entrance>
  );
}
