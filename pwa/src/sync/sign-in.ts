// Signing in, by whatever way, and opening what somebody has on this phone with it.
import { passkeyWrap, passphraseWrap, withOnly } from "../store/keys.ts";
import { showOneOf, showPasskey } from "../store/passkey.ts";
import { keepSecondStep } from "../store/second-step.ts";
import { oweSignOut, sessionHolder } from "../store/session.ts";
import {
  comeBack,
  deviceId,
  knownPoint,
  moveIn,
  moveInWithPasskey,
  openWith,
  openWithPasskey,
  placeOf,
  prepareSigningKey,
  unlocked,
  unlockWithPasskey,
  welcomeBack,
  withPasskey,
} from "../store/worker.ts";
import type { NewSigningKey, Opened, ShownPasskey, Welcome, WorkerOnPhone } from "../store/worker.ts";
import type { Wrap } from "../store/wrap.ts";
import { Refusal } from "./api-client.ts";
import * as api from "./api-client.ts";
import { accessToken, finishSignOut, forgetToken, keepToken, ownerOf } from "./session.ts";

/** What is still missing after the server has let somebody in. */
export type Missing =
  /** What they have here opens with another passphrase than the one they signed in with, or none was shown. */
  | { kind: "key"; name: string; unfinished: number; passkeys: boolean; byPasskey: boolean }
  /** They have nothing here yet, and their passkey cannot unlock: this phone needs their passphrase. */
  | { kind: "passphrase"; name: string };

/** Somebody whom the server let in, with what they showed. */
interface Arrival {
  welcome: Welcome;
  passphrase: string | null;
  passkey: ShownPasskey | null;
  made: NewSigningKey;
}

let waiting: Arrival | null = null;

/** Sign in by name and passphrase, with the code of a second step where there is one. Answers what is still missing. */
export async function signIn(signInName: string, passphrase: string, code: string | null): Promise<Missing | null> {
  const known = await knownPoint(signInName);
  const opened = known && (await openWith(known.worker, passphrase));
  const made = opened ? null : await prepareSigningKey();
  await beforeSigningIn();
  const point = opened?.row.point ?? made?.point ?? "";
  const asked = { sign_in_name: signInName, password: passphrase, ...(code ? { code } : {}), ...(await introduction(point, signInName)) };
  const welcome = await api.signIn(asked);
  if (made) return arrive({ welcome, passphrase, passkey: null, made });
  if (opened) await enter(welcome, opened, withOnly(opened.row.wraps, opened.wrap));
  return null;
}

/** Sign in with a passkey: that alone is two things, what one has and what one is or knows. */
export async function signInWithPasskey(): Promise<Missing | null> {
  const { challenge_id, options } = await api.passkeyOptions();
  const passkey = await showPasskey(options);
  const place = await withPasskey(passkey.credential);
  const opened = place && (await openWithPasskey(place.worker, passkey));
  const made = opened ? null : await prepareSigningKey();
  await beforeSigningIn();
  const point = opened?.row.point ?? made?.point ?? "";
  const welcome = await api.signInWithPasskey({ challenge_id, credential: passkey.forServer, ...(await introduction(point, place?.signInName ?? null)) });
  if (made) return arrive({ welcome, passphrase: null, passkey, made });
  if (opened) await enter(welcome, opened, opened.row.wraps);
  return null;
}

/** Choose a new passphrase with the code of a manager, and the second step of whoever has one. */
export async function usePasswordCode(code: string, passphrase: string, secondStep: string | null): Promise<Missing | null> {
  const made = await prepareSigningKey();
  await beforeSigningIn();
  const shown = secondStep ? { second_step_code: secondStep } : {};
  const welcome = await api.usePasswordCode({ code, password: passphrase, ...shown, ...(await introduction(made.point, null)) });
  return arrive({ welcome, passphrase, passkey: null, made });
}

export async function join(code: string, name: string, signInName: string, passphrase: string): Promise<Missing | null> {
  const made = await prepareSigningKey();
  await beforeSigningIn();
  const welcome = await api.join({ code, name, sign_in_name: signInName, password: passphrase, ...(await introduction(made.point, null)) });
  return arrive({ welcome, passphrase, passkey: null, made });
}

export async function setUp(asked: Omit<api.NewProvider, keyof api.Introduction>): Promise<Missing | null> {
  const made = await prepareSigningKey();
  const welcome = await api.setUp({ ...asked, ...(await introduction(made.point, null)) });
  return arrive({ welcome, passphrase: asked.manager.password, passkey: null, made });
}

/** Open what is here with the passphrase of before, and go on with the one that the server knows. */
export async function bringPassphrase(passphrase: string): Promise<boolean> {
  const arrival = expected();
  const opened = await openWith(arrival.welcome.worker.id, passphrase);
  if (opened) await settle(arrival, opened);
  return opened !== null;
}

/** Open what is here with a passkey, and go on with the passphrase that the server knows. */
export async function bringPasskey(): Promise<boolean> {
  const arrival = expected();
  const place = await placeOf(arrival.welcome.worker.id);
  const opened = place && (await openWithPasskey(place.worker, await showOneOf(place.passkeys)));
  if (opened) await settle(arrival, opened);
  return Boolean(opened);
}

/** Give up what only the old passphrase opens: drafts. Everything else is fetched again. Answers what is missing. */
export async function beginAgain(): Promise<Missing | null> {
  const arrival = expected();
  const { welcome, passphrase, passkey, made } = arrival;
  if (passphrase === null && !passkey?.answer) return { kind: "passphrase", name: welcome.worker.name };
  if (passphrase !== null) await moveIn(welcome, passphrase, made);
  else if (passkey?.answer) await moveInWithPasskey(welcome, passkey.credential, passkey.host, passkey.answer, made);
  await letIn(welcome);
  return null;
}

/** Let the passphrase of somebody who signed in with a passkey open this phone. Throws Refusal when it is not theirs. */
export async function beginWithPassphrase(passphrase: string, code: string | null): Promise<void> {
  const { welcome, made } = expected();
  await api.proveFresh(await accessToken(), { password: passphrase, ...(code ? { code } : {}) });
  await moveIn(welcome, passphrase, made);
  await letIn(welcome);
}

async function arrive(arrival: Arrival): Promise<Missing | null> {
  const { welcome } = arrival;
  await keepToken(welcome);
  waiting = arrival;
  const place = await placeOf(welcome.worker.id);
  // Where nothing is left but what can be fetched again, nobody is asked for an old passphrase.
  if (!place || (arrival.passphrase !== null && place.unfinished === 0 && place.passkeys.length === 0)) return beginAgain();
  return { kind: "key", name: welcome.worker.name, unfinished: place.unfinished, passkeys: place.passkeys.length > 0, byPasskey: arrival.passphrase === null };
}

async function settle({ welcome, passphrase, passkey, made }: Arrival, opened: Opened): Promise<void> {
  let wraps: Wrap[] = passphrase === null ? withOnly(opened.row.wraps, opened.wrap) : withOnly(opened.row.wraps, await passphraseWrap(opened, passphrase));
  if (passkey?.answer) wraps = withOnly(wraps, await passkeyWrap(opened, passkey.credential, passkey.host, passkey.answer, null));
  await comeBack(welcome, opened, wraps, made);
  await letIn(welcome);
}

async function enter(welcome: Welcome, opened: Opened, wraps: Wrap[]): Promise<void> {
  await keepToken(welcome);
  await comeBack(welcome, opened, wraps, null);
  await letIn(welcome);
}

async function letIn({ second_step: step }: Welcome): Promise<void> {
  waiting = null;
  await keepSecondStep(step);
}

function expected(): Arrival {
  if (!waiting) throw new Refusal(401, "Sign in again.");
  return waiting;
}

/** Unlock with a passkey. On a phone that several share, the same touch makes the session theirs where there is signal. */
export async function unlockByPasskey({ worker, signInName, passkeys }: WorkerOnPhone, isShared: boolean): Promise<boolean> {
  const asked = isShared ? await Promise.race([api.passkeyOptions().catch(() => null), after(SOON)]) : null;
  const shown = asked ? await showPasskey({ ...asked.options, allowCredentials: passkeys.map(({ credential: id }) => ({ id, type: "public-key" })) }) : await showOneOf(passkeys);
  if (!(await unlockWithPasskey(worker, shown))) return false;
  if (asked) void makeOwnWithPasskey(worker, signInName, asked.challenge_id, shown.forServer).catch(() => undefined);
  return true;
}

const SOON = 1_500;

const after = (delay: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), delay));

async function makeOwnWithPasskey(worker: string, signInName: string, challengeId: string, credential: unknown): Promise<void> {
  await makeOwnBy(worker, async () => {
    const known = await knownPoint(signInName);
    return api.signInWithPasskey({ challenge_id: challengeId, credential, ...(await introduction(known?.point ?? "", signInName)) });
  });
}

/**
 * Make the session that of whoever has just unlocked: on a shared tablet the cookie is that of whoever signed in
 * last. Needs signal only when it is somebody else's.
 */
export async function makeOwn(signInName: string, passphrase: string): Promise<void> {
  const known = await knownPoint(signInName);
  if (!known) return;
  await makeOwnBy(known.worker, async () => api.signIn({ sign_in_name: signInName, password: passphrase, ...(await introduction(known.point, signInName)) }));
}

async function makeOwnBy(worker: string, ask: () => Promise<Welcome>): Promise<void> {
  const text = await accessToken().catch((failure: unknown) => {
    if (failure instanceof Refusal) return null;
    throw failure;
  });
  if (text !== null && ownerOf(text) === worker) return;
  forgetToken();
  const welcome = await ask();
  // Whoever locked meanwhile, or unlocked as somebody else, does not get this session.
  if (unlocked.value?.worker !== worker) return;
  await keepToken(welcome);
  await welcomeBack(welcome);
  await keepSecondStep(welcome.second_step);
}

/** Note that whoever unlocked leaves. The server hears of it now or as soon as there is signal. */
export async function leave(): Promise<void> {
  const me = unlocked.value?.worker;
  forgetToken();
  // A session that is somebody else's is left as it is.
  if (me && (await sessionHolder()) === me) await oweSignOut(me);
}

/** Whoever left before them is signed out first. A server that will not hear of it is told by the new cookie. */
const beforeSigningIn = (): Promise<void> =>
  finishSignOut().catch((failure: unknown) => {
    if (!(failure instanceof Refusal)) throw failure;
  });

async function introduction(point: string, signInName: string | null): Promise<api.Introduction> {
  return { device: { id: await deviceId(signInName), name: deviceName() }, signing_key: point };
}

/** What a manager will read in a list of devices. */
export function deviceName(): string {
  const agent = navigator.userAgent;
  const system = /Android|iPhone|iPad|Windows|Mac OS|CrOS|Linux/.exec(agent)?.[0] ?? "a device";
  const browser = /Edg|OPR|Firefox|SamsungBrowser|Chrome|Safari/.exec(agent)?.[0] ?? "a browser";
  return `${browser} on ${system}`;
}
