import { useEffect, useState } from "preact/hooks";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { inputId } from "../elements/field";
import { SecretInput } from "../elements/secret-input";
import { when } from "../elements/when";
import { useActs } from "./acts";
import { now } from "./clock";
import { canBePasskey, passkeysHere } from "./passkeys-here";
import type { NewPasskey, OwnSecurity } from "./security-acts";
import { Sure } from "./sure";
import { useAct } from "./use-act";
import type { Fetched } from "./use-fetched";

interface PasskeysProps {
  fetched: Fetched<OwnSecurity>;
  onMade: (made: NewPasskey) => void;
}

/** Unlocking and signing in with the phone's own lock. Where the browser does not know passkeys nothing is shown. */
export function Passkeys({ fetched: { found, acting, change, look }, onMade }: PasskeysProps) {
  const [possible, setPossible] = useState<boolean | null>(null);
  useEffect(() => void canBePasskey().then(setPossible), []);
  if (!found || !passkeysHere()) return null;
  const { here, passkeys } = found;
  return (
    <section class="panel">
      <h2>Unlock with this phone</h2>
      {here.passkey ? <p>Your fingerprint, your face or this phone’s own lock opens Heed here.</p> : <p class="soft">Use your fingerprint, your face or this phone’s own lock, with signal or without. Use it only if nobody else’s finger, face or PIN opens this phone.</p>}
      {!here.passkey && possible === false && <p>This phone has no lock of its own yet. First set up a fingerprint, a face or a PIN in the phone’s own settings.</p>}
      {!here.passkey && possible && here.passphrase && <AddPasskey onMade={onMade} />}
      {here.passkey && !here.passphrase && <LetPassphraseIn onDone={look} />}
      {passkeys.length > 0 && (
        <ul class="cards">
          {passkeys.map(({ id, name, lastUsedAt }) => (
            <li class="card card-plain" key={id}>
              <span class="card-title">{name}</span>
              <span class="card-rest">{usedWords(lastUsedAt)}</span>
              <Sure words="Remove" question={`Remove ${name}?`} busy={acting.busy} onYes={() => change((security) => security.removePasskey(id))}>
                <p>It no longer signs you in. Where it opened a phone, your passphrase does.</p>
              </Sure>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function AddPasskey({ onMade }: { onMade: (made: NewPasskey) => void }) {
  const acts = useActs();
  return <WithPassphrase words="Unlock with this phone" act={async (passphrase) => onMade(await (await acts.security()).addPasskey(passphrase))} />;
}

function LetPassphraseIn({ onDone }: { onDone: () => void }) {
  const acts = useActs();
  return (
    <>
      <p class="soft">Should the phone’s own lock fail one day, your passphrase can open Heed here too.</p>
      <WithPassphrase
        words="Let my passphrase open this phone"
        act={async (passphrase) => {
          await (await acts.security()).letPassphraseIn(passphrase);
          onDone();
        }}
      />
    </>
  );
}

/** An act that takes the passphrase once more. */
function WithPassphrase({ words, act }: { words: string; act: (passphrase: string) => Promise<void> }) {
  const acting = useAct();
  const [asked, setAsked] = useState(false);
  const [passphrase, setPassphrase] = useState("");
  // What is asked may lie under the bar: having focus brings it up.
  useEffect(() => document.getElementById(inputId("password"))?.focus(), [asked]);
  if (!asked) return <Button icon="key" onPress={() => setAsked(true)}>{words}</Button>;
  const go = (): void => {
    if (!passphrase) return acting.refuse({ password: "Write your passphrase" });
    void acting.run(() => act(passphrase));
  };
  return (
    <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); if (!acting.busy) go(); }}>
      {acting.trouble && !acting.errors["password"] && <Banner kind="amber">{acting.trouble}</Banner>}
      <SecretInput at="password" title="Your passphrase, once more" help={null} error={acting.errors["password"] ?? null} value={passphrase} onInput={setPassphrase} />
      <div class="row">
        <Button submits busy={acting.busy}>Go on</Button>
        <Button kind="plain" onPress={() => setAsked(false)}>Not now</Button>
      </div>
    </form>
  );
}

const usedWords = (lastUsedAt: string | null): string => (lastUsedAt ? `Last used ${when(lastUsedAt, now.value)}` : "Not used yet");
