import { useState } from "preact/hooks";
import { Banner } from "../elements/banner";
import { Button, ButtonLink } from "../elements/button";
import { ErrorSummary } from "../elements/error-summary";
import { inputId } from "../elements/field";
import { SecretInput } from "../elements/secret-input";
import { useActs } from "./acts";
import { passphraseProblem } from "./join";
import { to } from "./route";
import { useAct } from "./use-act";

/** A new passphrase for signing in and for this phone, in one act. */
export function ChangePassphrase() {
  const acts = useActs();
  const acting = useAct();
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [done, setDone] = useState(false);
  const change = (): void => {
    const missing: Record<string, string> = {};
    if (!old) missing["old"] = "Write the passphrase that you have now";
    const weak = passphraseProblem(next);
    if (weak) missing["new"] = weak;
    if (Object.keys(missing).length) return acting.refuse(missing);
    void acting.run(async () => {
      await (await acts.security()).changePassphrase(old, next);
      setDone(true);
    });
  };
  if (done)
    return (
      <>
        <Banner kind="green">Your passphrase is changed, here and for signing in.</Banner>
        <p>Your other phones and tablets are signed out. The next time you sign in there, write your old passphrase once: it opens what you have not finished there.</p>
        <ButtonLink href={to("security")}>Go on</ButtonLink>
      </>
    );
  const problems = Object.entries(acting.errors).map(([field, words]) => ({ field, keyword: "refused", words }));
  return (
    <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); if (!acting.busy) change(); }}>
      <ErrorSummary problems={problems} attempt={acting.attempt} title="Please look at this" onGo={(field) => document.getElementById(inputId(field))?.focus()} />
      {acting.trouble && problems.length === 0 && <Banner kind="amber">{acting.trouble} If the signal was lost on the way, both passphrases open this phone until you sign in again.</Banner>}
      <SecretInput at="old" title="Passphrase now" help={null} error={acting.errors["old"] ?? null} value={old} onInput={setOld} />
      <SecretInput at="new" title="New passphrase" isNew help="Three or four words are easy to remember and hard to guess." error={acting.errors["new"] ?? null} value={next} onInput={setNext} />
      <Button submits busy={acting.busy}>Change it</Button>
      <p class="soft">You need signal for this.</p>
    </form>
  );
}
