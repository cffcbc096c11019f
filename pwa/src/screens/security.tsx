import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Banner } from "../elements/banner";
import { Button, ButtonLink } from "../elements/button";
import { onDay } from "../elements/when";
import { now } from "./clock";
import { CodeApp } from "./code-app";
import { Passkeys } from "./passkeys";
import { RecoveryCodes } from "./recovery-codes";
import { to } from "./route";
import type { NewPasskey, OwnSecurity } from "./security-acts";
import { Sure } from "./sure";
import { useFetched, type Fetched } from "./use-fetched";
import { WaitingFor } from "./waiting-for";

/** How one signs in: a passphrase, passkeys, and codes from an app. It needs signal. */
export function Security() {
  return (
    <SecondSteps>
      <section class="panel">
        <h2>Passphrase</h2>
        <ButtonLink href={to("change-passphrase")} kind="quiet">Change my passphrase</ButtonLink>
      </section>
      <section class="panel">
        <h2>Where I am signed in</h2>
        <ButtonLink href={to("my-devices")} kind="quiet" icon="phone">My phones and tablets</ButtonLink>
      </section>
    </SecondSteps>
  );
}

/** What signs one in beside the passphrase, or instead of it. New codes on paper are shown alone. */
export function SecondSteps({ children }: { children?: ComponentChildren }) {
  const fetched = useFetched((security) => security.look());
  const [codes, setCodes] = useState<readonly string[]>([]);
  const [signsInOnly, setSignsInOnly] = useState(false);
  const { found, look } = fetched;
  const shown = (made: readonly string[]): void => {
    setCodes(made);
    look();
  };
  const made = ({ opensPhone, recoveryCodes }: NewPasskey): void => {
    setSignsInOnly(!opensPhone);
    shown(recoveryCodes);
  };
  if (codes.length) return <RecoveryCodes codes={codes} onDone={() => setCodes([])} />;
  return (
    <>
      <WaitingFor fetched={fetched} />
      {found && <Reminder step={found.secondStep} />}
      {signsInOnly && <Banner kind="amber">This passkey signs you in. It cannot open what Heed keeps on this phone, so your passphrase still does that.</Banner>}
      {found && <Passkeys fetched={fetched} onMade={made} />}
      {found && <CodeAppPanel fetched={fetched} own={found} onCodes={shown} />}
      {children}
    </>
  );
}

function Reminder({ step }: { step: OwnSecurity["secondStep"] }) {
  if (step.isSetUp || !step.neededBy) return null;
  const isLate = new Date(step.neededBy) <= now.value;
  return (
    <Banner kind={isLate ? "red" : "amber"}>
      {isLate ? "To read, first set up one of these two. " : `Set up one of these two by ${onDay(step.neededBy)}. `}
      Your role opens more than your own work, so a passphrase alone is not enough.{isLate && " What you write is sent all the same."}
    </Banner>
  );
}

interface CodeAppPanelProps {
  fetched: Fetched<OwnSecurity>;
  own: OwnSecurity;
  onCodes: (codes: readonly string[]) => void;
}

function CodeAppPanel({ fetched: { acting, change }, own, onCodes }: CodeAppPanelProps) {
  const [making, setMaking] = useState(false);
  const done = (codes: readonly string[]): void => {
    setMaking(false);
    onCodes(codes);
  };
  return (
    <section class="panel">
      <h2>Code app</h2>
      {own.codeApp ? <p>After your passphrase, Heed asks for 6 numbers from your code app.</p> : <p class="soft">An app on your phone that shows 6 new numbers every half minute. It makes signing in safer.</p>}
      {(own.codeApp || own.recoveryCodesLeft > 0) && <p>{leftWords(own.recoveryCodesLeft)}</p>}
      {making ? <CodeApp onCodes={done} onBack={() => setMaking(false)} /> : <Button kind="quiet" onPress={() => setMaking(true)}>{own.codeApp ? "Set it up again" : "Set up a code app"}</Button>}
      {own.codeApp && !making && (
        <Sure words="Remove the code app" question="Remove the code app?" busy={acting.busy} onYes={() => change((security) => security.removeCodeApp())}>
          <p>Then your passphrase alone signs you in, unless you have a passkey.</p>
        </Sure>
      )}
    </section>
  );
}

const leftWords = (left: number): string =>
  left === 0 ? "You have no codes on paper left. Set up the code app again to get new ones." : `Codes on paper: ${left} left.`;
