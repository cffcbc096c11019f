import { useState } from "preact/hooks";
import { Button, ButtonLink } from "../elements/button";
import { PlainInput } from "../elements/plain-input";
import { SecretInput } from "../elements/secret-input";
import { Refused, useActs } from "./acts";
import { Entrance } from "./entrance";
import { passphraseProblem, tidyCode } from "./join";
import { go, to } from "./route";
import { useAct } from "./use-act";

/** For whoever does not know their passphrase any more: a code from a manager, and a new one of their own choice. */
export function PasswordCode({ code }: { code: string | null }) {
  const acts = useActs();
  const acting = useAct();
  const [typed, setTyped] = useState(code ? tidyCode(code) : "");
  const [passphrase, setPassphrase] = useState("");
  const [secondStep, setSecondStep] = useState<string | null>(null);
  const change = (): void => {
    const missing: Record<string, string> = {};
    if (typed.length !== 11) missing["code"] = "The code has 10 letters and numbers";
    const weak = passphraseProblem(passphrase);
    if (weak) missing["password"] = weak;
    if (secondStep === "") missing["second_step"] = "Write your code";
    if (Object.keys(missing).length) return acting.refuse(missing);
    void acting.run(async () => {
      try {
        await (await acts.security()).usePasswordCode(typed, passphrase, secondStep?.trim() ?? null);
        go(to("home"));
      } catch (failure) {
        if (!(failure instanceof Refused) || failure.reason !== "second_step") throw failure;
        setSecondStep("");
      }
    });
  };
  return (
    <Entrance title="I do not know my passphrase" acting={acting} onSubmit={change}>
      <p>Ask your manager for a password code. Nobody can look up your passphrase, so you choose a new one.</p>
      <PlainInput
        at="code" title="Password code" help="Your manager gives it to you. It looks like 7KQ2M-X4DPA." exact
        value={typed} error={acting.errors["code"] ?? null} onInput={(text) => setTyped(tidyCode(text))}
      />
      <SecretInput
        at="password" title="Choose a new passphrase" isNew value={passphrase} error={acting.errors["password"] ?? null} onInput={setPassphrase}
        help="Three or four words are easy to remember and hard to guess."
      />
      {secondStep !== null && (
        <PlainInput
          at="second_step" title="One more step: your code" help="6 numbers from your code app. Or one of the codes that you wrote down." exact autocomplete="one-time-code"
          value={secondStep} error={acting.errors["second_step"] ?? null} onInput={setSecondStep}
        />
      )}
      <Button submits wide busy={acting.busy}>Change and sign in</Button>
      <ul class="bullets">
        <li>What you have pressed Send for is safe, and is sent.</li>
        <li>What you have not finished opens only with the old passphrase. If you may still remember it, try that first.</li>
        <li>Everything else is fetched again.</li>
      </ul>
      <ButtonLink href={to("home")} kind="plain">Go back</ButtonLink>
    </Entrance>
  );
}
