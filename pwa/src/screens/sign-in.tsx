import { useState } from "preact/hooks";
import { Button, ButtonLink } from "../elements/button";
import { PlainInput } from "../elements/plain-input";
import { SecretInput } from "../elements/secret-input";
import { Refused, useActs } from "./acts";
import { CodeInput } from "./code-input";
import { Entrance } from "./entrance";
import { passkeysHere } from "./passkeys-here";
import { go, to } from "./route";
import { useAct } from "./use-act";

interface SignInProps {
  /** Somebody has signed in here before. */
  others: boolean;
  /** Whoever is known already and must only say the passphrase again; nothing of theirs on this phone is touched. */
  again: { name: string; signInName: string } | null;
}

/** Signing in for the first time on this phone. It needs signal once; after that the phone opens without. */
export function SignIn({ others, again }: SignInProps) {
  const acts = useActs();
  const acting = useAct();
  const [name, setName] = useState(again?.signInName ?? "");
  const [passphrase, setPassphrase] = useState("");
  const [code, setCode] = useState<string | null>(null);
  const enter = (act: () => Promise<void>): void =>
    void acting.run(async () => {
      try {
        await act();
        go(to("home"));
      } catch (failure) {
        // The name and the passphrase were right: only the second step is missing.
        if (!(failure instanceof Refused) || failure.reason !== "second_step") throw failure;
        setCode("");
      }
    });
  const signIn = (): void => {
    const missing: Record<string, string> = {};
    if (!name.trim()) missing["sign_in_name"] = "Write your sign-in name";
    if (!passphrase) missing["password"] = "Write your passphrase";
    if (code === "") missing["code"] = "Write your code";
    if (Object.keys(missing).length) return acting.refuse(missing);
    enter(() => acts.signIn(name.trim().toLowerCase(), passphrase, code?.trim() ?? null));
  };
  const passkey = passkeysHere() && (
    <Button kind="quiet" icon="key" wide busy={acting.busy} onPress={() => enter(acts.signInWithPasskey)}>Use a passkey</Button>
  );
  if (code !== null)
    return (
      <Entrance title="One more step" acting={acting} onSubmit={signIn}>
        <CodeInput value={code} error={acting.errors["code"] ?? null} onInput={setCode} />
        <Button submits wide busy={acting.busy}>Sign in</Button>
        {passkey}
        <p class="soft">No code app and no codes on paper? Ask your manager for a password code.</p>
        <Button kind="plain" onPress={() => setCode(null)}>Go back</Button>
      </Entrance>
    );
  return (
    <Entrance title={again ? "Sign in again" : "Sign in"} acting={acting} onSubmit={signIn}>
      {again ? (
        <p>{again.name}, write your passphrase once more. What you wrote is safe on this phone, and is sent afterwards.</p>
      ) : (
        <PlainInput
          at="sign_in_name" title="Sign-in name" help="Like amina@meadow" autocomplete="username" exact
          value={name} error={acting.errors["sign_in_name"] ?? null} onInput={setName}
        />
      )}
      <SecretInput at="password" title="Passphrase" help={null} error={acting.errors["password"] ?? null} value={passphrase} onInput={setPassphrase} />
      <Button submits wide busy={acting.busy}>Sign in</Button>
      {passkey}
      <p class="soft">You need signal for this.{!again && " Afterwards Heed opens without signal."}</p>
      <div class="row">
        {!again && <ButtonLink href={to("join")} kind="quiet" icon="key">I have a code</ButtonLink>}
        <ButtonLink href={to("password")} kind="plain">I do not know my passphrase</ButtonLink>
        {others && <ButtonLink href={to("home")} kind="plain">{again ? "Not now" : "Back to the names"}</ButtonLink>}
      </div>
    </Entrance>
  );
}
