import { useEffect, useState } from "preact/hooks";
import { Button, ButtonLink } from "../elements/button";
import { PlainInput } from "../elements/plain-input";
import { roleName } from "../elements/role";
import { SecretInput } from "../elements/secret-input";
import { useActs, type Invitation } from "./acts";
import { Entrance } from "./entrance";
import { go, to } from "./route";
import { useAct } from "./use-act";

/** "abcde12345" as the manager's screen shows it: "ABCDE-12345". */
export function tidyCode(typed: string): string {
  const letters = typed.toUpperCase().replace(/[^0-9A-Z]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
  return letters.length > 5 ? `${letters.slice(0, 5)}-${letters.slice(5, 10)}` : letters;
}

/** Joining with a one-time code from a manager: look at what it is for, then a name and a passphrase. */
export function Join({ code }: { code: string | null }) {
  const acts = useActs();
  const acting = useAct();
  const [typed, setTyped] = useState(code ? tidyCode(code) : "");
  const [invitation, setInvitation] = useState<Invitation | null>(null);
  const look = (): void => {
    if (typed.length !== 11) return acting.refuse({ code: "The code has 10 letters and numbers" });
    void acting.run(async () => setInvitation(await acts.lookAtCode(typed)));
  };
  useEffect(() => {
    if (code) look();
  }, []);
  if (invitation) return <NewWorker code={typed} invitation={invitation} />;
  return (
    <Entrance title="Join with a code" acting={acting} onSubmit={look}>
      <PlainInput
        at="code" title="Your code" help="Your manager gives it to you. It looks like 7KQ2M-X4DPA." exact
        value={typed} error={acting.errors["code"] ?? null} onInput={(text) => setTyped(tidyCode(text))}
      />
      <Button submits wide busy={acting.busy}>Go on</Button>
      <ButtonLink href={to("sign-in")} kind="plain">I have signed in before</ButtonLink>
    </Entrance>
  );
}

/** The part before the @ that a name suggests: "Amina Begum" → "amina". */
export const suggestedName = (name: string): string =>
  (name.trim().split(/\s+/)[0] ?? "").toLowerCase().normalize("NFD").replace(/[^a-z0-9]/g, "");

const SHORTEST = 10;

/** What is wrong with a passphrase before the server looks at it too. */
export function passphraseProblem(passphrase: string): string | null {
  return [...passphrase].length < SHORTEST ? `Use ${SHORTEST} letters or more. Three or four words are easy to remember.` : null;
}

function NewWorker({ code, invitation }: { code: string; invitation: Invitation }) {
  const acts = useActs();
  const acting = useAct();
  const [name, setName] = useState("");
  const [ownName, setOwnName] = useState<string | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const signInName = ownName ?? suggestedName(name);
  const join = (): void => {
    const missing: Record<string, string> = {};
    if (!name.trim()) missing["name"] = "Write your name";
    if (!signInName) missing["sign_in_name"] = "Write a sign-in name";
    const weak = passphraseProblem(passphrase);
    if (weak) missing["password"] = weak;
    if (Object.keys(missing).length) return acting.refuse(missing);
    void acting.run(async () => {
      await acts.join({ code, name: name.trim(), signInName, passphrase });
      go(to("home"));
    });
  };
  return (
    <Entrance title={`Join ${invitation.provider}`} acting={acting} onSubmit={join}>
      <p>You will work at <strong>{invitation.service}</strong> as <strong>{roleName(invitation.role).toLowerCase()}</strong>.</p>
      <PlainInput at="name" title="Your name" autocomplete="name" value={name} error={acting.errors["name"] ?? null} onInput={setName} />
      <PlainInput
        at="sign_in_name" title="Sign-in name" help={`You will sign in as ${signInName || "amina"}@${invitation.handle}. Write it down.`} exact autocomplete="username"
        value={signInName} error={acting.errors["sign_in_name"] ?? null} onInput={(text) => setOwnName(text.toLowerCase())}
      />
      <SecretInput
        at="password" title="Choose a passphrase" isNew value={passphrase} error={acting.errors["password"] ?? null} onInput={setPassphrase}
        help="It opens Heed on this phone, with signal or without. Three or four words are easy to remember and hard to guess."
      />
      <Button submits wide busy={acting.busy}>Join</Button>
    </Entrance>
  );
}
