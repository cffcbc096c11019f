import { useEffect, useState } from "preact/hooks";
import { Button, ButtonLink } from "../elements/button";
import { Icon } from "../elements/icon";
import { SecretInput } from "../elements/secret-input";
import { useActs } from "./acts";
import { Entrance } from "./entrance";
import { passkeysHere } from "./passkeys-here";
import { to } from "./route";
import { unsentWords } from "./state-words";
import { useAct } from "./use-act";

export interface KnownWorker {
  id: string;
  name: string;
  signInName: string;
  /** Whether this phone itself, and whether a passphrase, opens what is theirs. */
  hasPasskey: boolean;
  hasPassphrase: boolean;
  /** Why they must sign in again first, in plain words; empty when they need not. */
  closed: string;
  /** They have left: only a code from a manager lets them in again. */
  hasLeft: boolean;
}

/** Who are you? Large names of everybody who has signed in on this phone, then that person's passphrase. */
export function Lock({ workers, unsent: count }: { workers: readonly KnownWorker[]; unsent: number }) {
  const [chosen, setChosen] = useState<KnownWorker | null>(workers.length === 1 ? (workers[0] ?? null) : null);
  const unsent = count > 0 && <p class="soft">{unsentWords(count)}. {count === 1 ? "It is safe and goes by itself" : "They are safe and go by themselves"} when there is signal.</p>;
  if (chosen) return <Passphrase worker={chosen} alone={workers.length === 1} onBack={() => setChosen(null)}>{unsent}</Passphrase>;
  return (
    <Entrance title="Who are you?">
      <ul class="tiles">
        {workers.map((worker) => (
          <li key={worker.id}>
            <button type="button" class="tile" onClick={() => setChosen(worker)}>
              <Icon name="person" />
              <span>{worker.name}<span class="tile-note">{worker.signInName}</span></span>
            </button>
          </li>
        ))}
      </ul>
      {unsent}
      <div class="row">
        <ButtonLink href={to("sign-in")} kind="quiet">Somebody else</ButtonLink>
        <ButtonLink href={to("join")} kind="plain">I have a code</ButtonLink>
      </div>
    </Entrance>
  );
}

interface PassphraseProps {
  worker: KnownWorker;
  alone: boolean;
  onBack: () => void;
  children: preact.ComponentChildren;
}

function Passphrase({ worker, alone, onBack, children }: PassphraseProps) {
  const acts = useActs();
  const acting = useAct();
  const [passphrase, setPassphrase] = useState("");
  const byPhone = worker.hasPasskey && passkeysHere();
  useEffect(() => {
    if (!byPhone) document.querySelector<HTMLInputElement>("#f-password")?.focus();
  }, []);
  const unlock = (): void => {
    if (!passphrase) return acting.refuse({ password: "Write your passphrase" });
    void acting.run(() => acts.unlock(worker.id, passphrase));
  };
  const others = (
    <div class="row">
      {alone ? <ButtonLink href={to("sign-in")} kind="plain">Somebody else</ButtonLink> : <Button kind="quiet" onPress={onBack}>Not {worker.name}</Button>}
      {worker.hasLeft ? <ButtonLink href={to("join")} kind="plain">I have a code</ButtonLink> : <ButtonLink href={to("password")} kind="plain">I do not know my passphrase</ButtonLink>}
    </div>
  );
  if (worker.closed)
    return (
      <Entrance title={worker.name}>
        <p>{worker.closed}</p>
        {children}
        {!worker.hasLeft && <ButtonLink href={to("sign-in", worker.signInName)} wide>Sign in again</ButtonLink>}
        {others}
      </Entrance>
    );
  return (
    <Entrance title={worker.name} acting={acting} onSubmit={unlock}>
      {byPhone && <Button icon="key" wide busy={acting.busy} onPress={() => void acting.run(() => acts.unlockWithPasskey(worker.id))}>Unlock with this phone</Button>}
      {worker.hasPassphrase && (
        <>
          <SecretInput at="password" title="Passphrase" help={null} error={acting.errors["password"] ?? null} value={passphrase} onInput={setPassphrase} />
          <Button submits wide kind={byPhone ? "quiet" : "main"} busy={acting.busy}>Open</Button>
        </>
      )}
      {children}
      {others}
    </Entrance>
  );
}
