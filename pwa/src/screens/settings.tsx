import { useEffect, useState } from "preact/hooks";
import { Banner } from "../elements/banner";
import { Button, ButtonLink } from "../elements/button";
import { HomeScreenSteps } from "../elements/home-screen-steps";
import { Tick } from "../elements/tick";
import { useActs, type AlertState } from "./acts";
import { to } from "./route";
import { isEasy, setEasy } from "./small-screen";
import { useAct } from "./use-act";
import { useView } from "./view";

interface SettingsProps {
  version: string;
  /** A newer version waits; taking it starts Heed again. */
  update: (() => void) | null;
}

/** Alerts, this phone, the app, and leaving. */
export function Settings({ version, update }: SettingsProps) {
  const view = useView();
  const acts = useActs();
  return (
    <>
      <Alerts />
      <section class="panel">
        <h2>How Heed looks</h2>
        <Tick at="easy" title="One question at a time, always" help={null} error={null} ticked={isEasy.value} onTick={setEasy} />
      </section>
      <section class="panel">
        <h2>Signing in</h2>
        <p>Your passphrase, unlocking with this phone, and where you are signed in.</p>
        <ButtonLink href={to("security")} kind="quiet" icon="key">Signing in and devices</ButtonLink>
      </section>
      <Storage />
      <section class="panel">
        <h2>Leave</h2>
        <div class="row">
          <Button kind="quiet" icon="lock" onPress={acts.lock}>Lock this phone</Button>
          <SignOut unsent={view.unsent} unfinished={view.drafts.length} />
        </div>
      </section>
      <section class="panel">
        <h2>The app</h2>
        <p>Version {version}</p>
        {update ? <Button onPress={update}>Take the new version</Button> : <p class="soft">This is the newest version that this phone has seen.</p>}
      </section>
    </>
  );
}

const alertWords: Record<AlertState["state"], string> = {
  on: "This device is told when something needs you.",
  off: "This device is not told when something needs you.",
  refused: "Alerts are blocked for Heed in this device's own settings. Allow them there first.",
  home_screen: "On an iPhone or iPad, alerts work once Heed is on the Home Screen:",
  unsupported: "This browser cannot show alerts. Look in Heed yourself, or use another browser.",
};

function Alerts() {
  const acts = useActs();
  const acting = useAct();
  const [alerts, setAlerts] = useState<AlertState | null>(null);
  useEffect(() => void acts.alerts().then(setAlerts), []);
  const change = (act: () => Promise<AlertState>): void => void acting.run(async () => setAlerts(await act()));
  return (
    <section class="panel">
      <h2>Alerts</h2>
      {alerts && <p>{alertWords[alerts.state]}</p>}
      {alerts?.state === "home_screen" && <HomeScreenSteps />}
      {acting.trouble && <Banner kind="amber">{acting.trouble}</Banner>}
      {alerts?.state === "off" && <Button icon="bell" busy={acting.busy} onPress={() => change(acts.subscribe)}>Turn alerts on</Button>}
      {alerts?.state === "on" && <Button kind="quiet" busy={acting.busy} onPress={() => change(acts.unsubscribe)}>Turn alerts off</Button>}
      <p class="soft small">An alert never says who or what. It only opens Heed.</p>
    </section>
  );
}

const isAppleTouch = (): boolean => /iPhone|iPad/.test(navigator.userAgent);

function Storage() {
  const [kept, setKept] = useState<boolean | null>(null);
  const [used, setUsed] = useState<number | null>(null);
  const [isRefused, setRefused] = useState(false);
  const ask = async (): Promise<void> => {
    const isKept = await navigator.storage.persist();
    setKept(isKept);
    setRefused(!isKept);
  };
  useEffect(() => {
    void navigator.storage?.persisted?.().then(setKept);
    void navigator.storage?.estimate?.().then(({ usage }) => setUsed(usage ?? null));
  }, []);
  return (
    <section class="panel">
      <h2>This phone</h2>
      <p>
        {kept === null ? "This browser does not say how long it keeps things." : kept ? "What you write is kept here until it is sent." : "This browser may clear what is kept here when space is short. Send soon, and put Heed on the Home Screen."}
      </p>
      {isRefused && <Banner kind="amber">The browser said no. Put Heed on the Home Screen, open it from there, and ask again.</Banner>}
      {kept === false && isAppleTouch() && <HomeScreenSteps />}
      {used !== null && <p class="soft">Heed uses {Math.max(1, Math.round(used / 1_000_000))} MB.</p>}
      {kept === false && <Button kind="quiet" onPress={() => void ask()}>Ask the browser to keep it</Button>}
    </section>
  );
}

/** Signing out takes what was fetched off the phone; what is not sent yet stays until it is sent. */
function SignOut({ unsent, unfinished }: { unsent: number; unfinished: number }) {
  const acts = useActs();
  const acting = useAct();
  const [sure, setSure] = useState(false);
  if (!sure) return <Button kind="plain" onPress={() => setSure(true)}>Sign out</Button>;
  return (
    <div class="stack-tight" role="group" aria-label="Sign out?">
      <h3>Sign out of this phone?</h3>
      <ul class="bullets">
        {unsent > 0 && <li>What is not sent yet ({unsent}) stays on this phone, sealed, and is sent when anybody signs in here.</li>}
        {unfinished > 0 && <li>What you have not finished ({unfinished}) is thrown away. Finish and send it first.</li>}
        <li>Everything else that you could read here is taken off this phone.</li>
        <li>You need signal to sign in again.</li>
      </ul>
      {acting.trouble && <Banner kind="amber">{acting.trouble}</Banner>}
      <div class="row">
        <Button kind="danger" busy={acting.busy} onPress={() => void acting.run(acts.signOut)}>Sign out</Button>
        <Button kind="quiet" onPress={() => setSure(false)}>Stay</Button>
      </div>
    </div>
  );
}
