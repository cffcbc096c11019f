// The composition root: the only place where screens, store and sync meet.
import { signal } from "@preact/signals";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { APP_VERSION } from "./domain/app-version";
import { isAllowed } from "./domain/access";
import { trustOwnScripts } from "./domain/own-script";
import { Banner } from "./elements/banner";
import { ActsProvider, Refused, type Acts, type AlertState } from "./screens/acts";
import { alarmsOf } from "./screens/alarms";
import { keepTime, now } from "./screens/clock";
import { DeskProvider } from "./screens/desk";
import { keepFocusInSight } from "./screens/focus-in-sight";
import { GettingReady } from "./screens/getting-ready";
import { Hidden } from "./screens/hidden";
import { later } from "./screens/later";
import { Lock, type KnownWorker } from "./screens/lock";
import { sortedNotices } from "./screens/notices";
import { proving } from "./screens/proving";
import { RedStrip } from "./screens/red-strip";
import { followAddress, go, route, to } from "./screens/route";
import { Shown } from "./screens/shown";
import { SignIn } from "./screens/sign-in";
import { storeDesk } from "./screens/store-desk";
import { isOnline, storeView } from "./screens/store-view";
import type { Missing } from "./screens/security-acts";
import { useIdleLock } from "./screens/use-idle-lock";
import { ViewProvider } from "./screens/view";
import { onChange, type Change } from "./store/changes";
import { acceptCleared, cleared, isSomebodyHere, noteCleared } from "./store/cleared";
import { connectionsLost, databaseTrouble } from "./store/database";
import { closeDrafts, loadDrafts } from "./store/draft";
import { closeEntries, loadEntries } from "./store/entry";
import { loadForms } from "./store/form";
import { home, loadHome } from "./store/home";
import { loadOutbox, waitingCount } from "./store/outbox";
import { isOverdue, loadSecondStep, secondStep } from "./store/second-step";
import { lock as lockStore, moveOut, unlock, unlocked, workersOnPhone } from "./store/worker";
import * as api from "./sync/api-client";
import { alertState, reportSubscription, subscribe, unsubscribe } from "./sync/push";
import { askForBackgroundSync, lastSync, startSyncing, syncNow, syncSoon } from "./sync/scheduler";
import * as session from "./sync/session";
import { startServiceWorker, waitingUpdate } from "./update";

/** Whoever is in already needs none of this, so it is not among the first that is loaded. */
const entering = () => import("./sync/sign-in");

const ClearedHere = later(() => import("./screens/cleared").then((found) => found.ClearedHere));
const Join = later(() => import("./screens/join").then((found) => found.Join));
const KeyMissing = later(() => import("./screens/key-missing").then((found) => found.KeyMissing));
const PasswordCode = later(() => import("./screens/password-code").then((found) => found.PasswordCode));
const SecondStepFirst = later(() => import("./screens/second-step-first").then((found) => found.SecondStepFirst));
const StepUp = later(() => import("./screens/step-up").then((found) => found.StepUp));
const SetUp = later(() => import("./screens/set-up").then((found) => found.SetUp));

/** On a phone that several people share, a short pause locks it. */
const SHARED_MINUTES = 2;
const OWN_MINUTES = 10;

const workers = signal<KnownWorker[] | null>(null);
/** What somebody whom the server let in has yet to show before this phone opens. */
const missing = signal<Missing | null>(null);
const isSetUpNeeded = signal(false);
/** Whether everything of whoever unlocked has been read into memory: until then there is nothing true to show. */
const isOpen = signal(false);
const isHidden = signal(false);
const alerts = signal<AlertState["state"] | null>(null);

/** The server's own sentence, in the form that screens know. */
async function told<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (failure) {
    throw failure instanceof api.Refusal ? new Refused(failure.message, failure.errors, failure.reason) : failure;
  }
}

const withToken = <Answer,>(work: (token: string) => Promise<Answer>): Promise<Answer> => told(session.withOwnToken(work));

async function loadWorkers(): Promise<void> {
  workers.value = (await workersOnPhone()).map(({ worker, name, signInName, passkeys, hasPassphrase, closed, hasLeft }) => ({
    id: worker, name, signInName, hasPasskey: passkeys.length > 0, hasPassphrase, closed, hasLeft,
  }));
}

/** Everything that this worker has on this phone, once they have unlocked it. */
async function openUp(): Promise<void> {
  isOpen.value = false;
  await Promise.all([loadForms(), loadHome(), loadEntries(), loadDrafts(), loadOutbox(), loadSecondStep()]);
  isOpen.value = true;
  syncSoon();
  void refreshAlerts();
}

async function enter(coming: Promise<Missing | null>): Promise<void> {
  missing.value = await told(coming);
  if (!missing.value) await goIn();
}

async function goIn(): Promise<void> {
  missing.value = null;
  await loadWorkers();
  // It syncs, and nobody waits for that: a whole service takes a minute on a slow phone.
  await openUp();
}

function lock(): void {
  isOpen.value = false;
  proving.value?.calledOff();
  lockStore();
  closeEntries();
  closeDrafts();
  home.value = null;
  secondStep.value = null;
  session.forgetToken();
}

async function refreshAlerts(): Promise<void> {
  alerts.value = await alertState();
  if (alerts.value === "on") await reportSubscription().catch(() => undefined);
}

async function alertsAfter(change: Promise<AlertState["state"]>): Promise<AlertState> {
  alerts.value = await told(change);
  return { state: alerts.value };
}

const acts: Acts = {
  signIn: (signInName, passphrase, code) => enter(entering().then(({ signIn }) => signIn(signInName, passphrase, code))),
  signInWithPasskey: () => enter(entering().then(({ signInWithPasskey }) => signInWithPasskey())),
  lookAtCode: (code) => told(api.lookAtCode(code)),
  join: ({ code, name, signInName, passphrase }) => enter(entering().then(({ join }) => join(code, name, signInName, passphrase))),
  setUp: async ({ setUpCode, provider, services, manager }) => {
    const { setUp } = await entering();
    await enter(
      setUp({
        set_up_code: setUpCode,
        provider,
        services: services.map(({ name, kind, division, officeNumber, onCallNumber }) => ({
          name, kind, division, office_number: officeNumber, on_call_number: onCallNumber,
        })),
        manager: { name: manager.name, sign_in_name: manager.signInName, password: manager.passphrase },
      }),
    );
    isSetUpNeeded.value = false;
  },
  signOut: async () => {
    await (await entering()).leave();
    await moveOut();
    lock();
    // Without signal the server hears of it later, before this phone asks it for anything else.
    void session.finishSignOut().catch(() => undefined);
    go(to("home"));
  },
  unlock: async (worker, passphrase) => {
    if (!(await unlock(worker, passphrase))) throw new Refused("That is not the passphrase. Try again.", { password: ["That is not the passphrase. Try again."] });
    await openUp();
    // The same words open the session, when this phone's is that of somebody else who shares it.
    const name = unlocked.value?.signInName;
    if (name) void entering().then(({ makeOwn }) => makeOwn(name, passphrase)).then(() => syncSoon(), () => undefined);
  },
  unlockWithPasskey: async (worker) => {
    const { unlockByPasskey } = await entering();
    const all = await workersOnPhone();
    const known = all.find((each) => each.worker === worker);
    if (!known || !(await told(unlockByPasskey(known, all.length > 1)))) throw new Refused("That passkey does not open this. Write your passphrase.");
    await openUp();
  },
  lock,
  sendNow: async () => {
    const result = await syncNow();
    if (!result.reached) throw new Refused("There is no signal now. I will keep trying.");
    if (result.sent.trouble) throw new Refused(result.sent.trouble);
  },
  makeJoinCode: async (service, role) => {
    const { expires_at: expiresAt, ...code } = await withToken((token) => api.makeJoinCode(token, { service, role }));
    return { ...code, expiresAt };
  },
  addPerson: async ({ name, knownAs, service, moneyRule, moneyLimit }) => {
    await withToken((token) => api.addPerson(token, { name, known_as: knownAs, service, money_rule: moneyRule, money_limit: moneyLimit }));
    await syncNow();
  },
  onCall: async (service) => (await withToken((token) => api.onCall(token, service))).map((slot) => ({ ...slot, rank: slot.rank === 2 ? 2 : 1 })),
  saveOnCall: async (service, slots) => {
    await withToken((token) => api.saveOnCall(token, service, slots));
    await syncNow();
  },
  saveCouncilNumber: async (service, number) => {
    await withToken((token) => api.saveCouncilNumber(token, service, number));
    await syncNow();
  },
  shifts: async (service) => (await withToken((token) => api.shifts(token, service))).map(({ id, ...shift }) => ({ ...shift, id: id ?? null })),
  saveShifts: async (service, shifts) => {
    await withToken((token) => api.saveShifts(token, service, shifts.map(({ id, ...shift }) => (id ? { ...shift, id } : shift))));
    await syncNow();
  },
  devices: async (service) =>
    (await withToken((token) => api.devices(token, service))).map(({ id, name, workers: users, unsent, worries, ...said }) => ({
      id, name, workers: users, unsent, worries,
      lastSeenAt: said.last_seen_at, oldestUnsentAt: said.oldest_unsent_at, appVersion: said.app_version, storageKept: said.storage_kept, isTold: said.is_told,
    })),
  alerts: () => alertsAfter(alertState()),
  subscribe: () => alertsAfter(subscribe()),
  unsubscribe: () => alertsAfter(unsubscribe()),
  photo: async (key, hash) => {
    const bytes = await session.withOwnToken((token) => api.fetchPhoto(token, key, hash)).catch(() => null);
    return bytes ? new Blob([bytes], { type: "image/jpeg" }) : null;
  },
  loadRescueFile: async (file, onProgress) => told((await import("./sync/rescue")).loadRescueFile(file, onProgress)),
  takeUpdate: async () => waitingUpdate.value?.postMessage("take-update"),
  security: async () => (await import("./security")).securityActs({ told, enter, goIn }),
};

function App() {
  const known = workers.value;
  const me = unlocked.value;
  useEffect(followAddress, []);
  useEffect(keepTime, []);
  useEffect(keepFocusInSight, []);
  useIdleLock(me !== null, (known?.length ?? 0) > 1 ? SHARED_MINUTES : OWN_MINUTES, lock);
  if (isHidden.value) return <Hidden onBack={() => (isHidden.value = false)} />;
  return (
    <ActsProvider value={acts}>
      {entrance(known) ?? <Inside />}
      {proving.value && <StepUp />}
    </ActsProvider>
  );
}

/** The screen before anybody is inside, or null. */
function entrance(known: KnownWorker[] | null) {
  const { name, rest } = route.value;
  if (!known) return <main class="shell" id="main"><p>Opening…</p>{databaseTrouble.value && <Banner kind="red">{databaseTrouble.value}</Banner>}</main>;
  if (missing.value) return <KeyMissing missing={missing.value} />;
  if (name === "password") return <PasswordCode key={rest[0] ?? ""} code={rest[0] ?? null} />;
  if (name === "join") return <Join key={rest[0] ?? ""} code={rest[0] ?? null} />;
  if (name === "set-up") return <SetUp key={rest[0] ?? ""} code={rest[0] ?? null} />;
  if (name === "sign-in") {
    const again = isOpen.value ? unlocked.value : (known.find(({ signInName }) => signInName === rest[0]) ?? null);
    return <SignIn key={rest[0] ?? ""} others={known.length > 0} again={again} />;
  }
  if (isOpen.value) return null;
  if (cleared.value) return <ClearedHere {...cleared.value} now={now.value} onRead={acceptCleared} />;
  if (known.length === 0) return isSetUpNeeded.value ? <SetUp key="" code={null} /> : <SignIn others={false} again={null} />;
  return <Lock workers={known} unsent={waitingCount.value} />;
}

function Inside() {
  if (!home.value) return isOverdue(secondStep.value, new Date()) ? <SecondStepFirst /> : <GettingReady />;
  const view = storeView;
  const around = {
    called: view.worker.name.split(" ")[0] ?? view.worker.name,
    provider: view.provider.name,
    isDemo: view.provider.isDemo,
    isOnline: view.isOnline,
    // What the browser has cleared counts no more here, and was not sent.
    unsent: cleared.value?.unsent ?? view.unsent,
    notices: sortedNotices(view).open.length,
    reviews: isAllowed("readConcern", view.roles),
    red: <RedStrip view={view} />,
    alarms: alarmsOf(view, alerts.value, {
      mustSignIn: lastSync.value?.mustSignIn ?? false,
      mayOnlySend: lastSync.value?.mayOnlySend ?? false,
      secondStep: secondStep.value,
      notKept: lastSync.value?.notKept ?? "",
      isCleared: cleared.value !== null,
    }),
    onHide: () => (isHidden.value = true),
    update: waitingUpdate.value ? () => void acts.takeUpdate() : null,
  };
  return (
    <DeskProvider value={storeDesk}>
      <ViewProvider value={view}>
        <Shown around={around} version={APP_VERSION} />
      </ViewProvider>
    </DeskProvider>
  );
}

/** The service worker or another tab may have heard that reading is closed. */
function lockIfClosed(): void {
  const me = unlocked.value?.worker;
  const isClosed = workers.value?.some(({ id, closed }) => id === me && closed !== "");
  // The store has locked already where this page heard it itself.
  if (isClosed || (!me && isOpen.value)) lock();
}

/** Another tab or the service worker changed the store: read again what it changed. */
function follow(change: Change): void {
  if (change === "worker") void loadWorkers().then(lockIfClosed);
  if (change === "outbox") void loadOutbox();
  if (change === "form") void loadForms();
  // Browsers ask their users, or decide themselves, whether what is kept here may be cleared when space is short.
  if (change === "written") void Promise.allSettled([askForBackgroundSync(), navigator.storage?.persist?.()]);
  if (!unlocked.value) return;
  if (change === "entry") void loadEntries();
  if (change === "home") void loadHome();
  if (change === "draft") void loadDrafts();
}

/** Whether a first provider must be made, and whether the server knows this phone although nothing is left on it. */
async function askWhatServerKnows(): Promise<void> {
  try {
    const { needed, session: isKnown } = await api.askSetUp();
    isSetUpNeeded.value = needed;
    if (!isKnown || cleared.value || (await isSomebodyHere())) return;
    const { unsent, last_seen_at: at } = await session.withToken(api.ownDevice);
    noteCleared({ unsent, at });
  } catch {
    // Without signal, or with a session that is over, nobody knows more.
  }
}

function draw(root: HTMLElement): void {
  if (root.dataset["drawn"]) return;
  root.dataset["drawn"] = "yes";
  root.replaceChildren();
  render(<App />, root);
}

async function start(): Promise<void> {
  trustOwnScripts(location.origin);
  onChange(follow);
  addEventListener("online", () => (isOnline.value = true));
  addEventListener("offline", () => (isOnline.value = false));
  const root = document.getElementById("app");
  if (!root) return;
  // Drawn before anything is read, so that what keeps it from being read can be said.
  const stop = databaseTrouble.subscribe((trouble) => trouble && draw(root));
  await Promise.all([loadWorkers(), loadOutbox()]);
  stop();
  if (workers.value?.length === 0) await askWhatServerKnows();
  connectionsLost.subscribe((count) => count && void loadOutbox());
  draw(root);
  startSyncing();
  if (workers.value?.length === 0) void entering().catch(() => undefined);
  await startServiceWorker();
}

void start();
