// The session with the server: an access token in memory, got with a cookie that no script can read.
import { fromBase64url } from "../domain/bytes.ts";
import { deviceId, knownPoint, moveIn, prepareSigningKey, unlock, unlocked, welcomeBack } from "../store/worker.ts";
import type { NewSigningKey, Welcome } from "../store/worker.ts";
import { Refusal } from "./api-client.ts";
import * as api from "./api-client.ts";

/** A token is used until a little before it ends, so that it does not end on the way. */
const EARLY = 30_000;

let token: { text: string; until: number } | null = null;

/** A token that works now. Throws Refusal 401 when this device must sign in again, NoSignal without signal. */
export async function accessToken(): Promise<string> {
  if (token && token.until > Date.now()) return token.text;
  // One refresh at a time over all tabs and the service worker, since each changes the cookie.
  return navigator.locks.request("heed-refresh", async () => {
    if (token && token.until > Date.now()) return token.text;
    return keepToken(await api.refresh());
  });
}

/** Forget the token, so that the next question gets a fresh one. */
export function forgetToken(): void {
  token = null;
}

/** Do something with a token; when the server no longer takes it, once more with a fresh one. */
export async function withToken<Content>(work: (token: string) => Promise<Content>): Promise<Content> {
  try {
    return await work(await accessToken());
  } catch (failure) {
    if (!(failure instanceof Refusal) || failure.status !== 401) throw failure;
    forgetToken();
    return work(await accessToken());
  }
}

/** Do something as whoever unlocked. Anybody's session may send what waits, but nobody reads with another's. */
export async function withOwnToken<Content>(work: (token: string) => Promise<Content>): Promise<Content> {
  const me = unlocked.value?.worker;
  const answer = await withToken((text) => {
    if (ownerOf(text) !== me) throw new Refusal(403, "Sign in again on this phone.");
    return work(text);
  });
  // What one worker may read is not for whoever unlocked the phone while it was on its way.
  if (unlocked.value?.worker !== me) throw new Refusal(403, "Somebody else has unlocked this phone.");
  return answer;
}

/**
 * Make the session that of whoever has just unlocked: on a shared tablet the cookie is that of whoever signed in
 * last. Needs signal only when it is somebody else's.
 */
export async function makeOwn(signInName: string, passphrase: string): Promise<void> {
  const known = await knownPoint(signInName);
  const text = await accessToken().catch((failure: unknown) => {
    if (failure instanceof Refusal) return null;
    throw failure;
  });
  if (!known || (text !== null && ownerOf(text) === known.worker)) return;
  forgetToken();
  const welcome = await api.signIn({ sign_in_name: signInName, password: passphrase, ...(await introduction(known.point, signInName)) });
  // Whoever locked meanwhile, or unlocked as somebody else, does not get this session.
  if (unlocked.value?.worker !== known.worker) return;
  keepToken(welcome);
  await welcomeBack(welcome);
}

/** Whose token it is. */
export const ownerOf = (text: string): string | null => claim(text, "sub");

/** Which provider it is good for. */
export const providerOf = (text: string): string | null => claim(text, "provider");

/** What the middle part of a JSON Web Token says. The server believes only its signature; we only choose by it. */
function claim(text: string, name: string): string | null {
  try {
    const claims = JSON.parse(new TextDecoder().decode(fromBase64url(text.split(".")[1] ?? ""))) as Record<string, unknown>;
    const said = claims[name];
    return typeof said === "string" ? said : null;
  } catch {
    return null;
  }
}

export async function signIn(signInName: string, passphrase: string): Promise<void> {
  const known = await knownPoint(signInName);
  const here = known && (await unlock(known.worker, passphrase)) ? known : null;
  const fresh = here ? null : await prepareSigningKey();
  const asked = { sign_in_name: signInName, password: passphrase, ...(await introduction(here?.point ?? fresh?.point ?? "", signInName)) };
  await enter(await api.signIn(asked), passphrase, fresh);
}

export async function join(code: string, name: string, signInName: string, passphrase: string): Promise<void> {
  const fresh = await prepareSigningKey();
  await enter(await api.join({ code, name, sign_in_name: signInName, password: passphrase, ...(await introduction(fresh.point, null)) }), passphrase, fresh);
}

export async function setUp(asked: Omit<api.NewProvider, keyof api.Introduction>): Promise<void> {
  const fresh = await prepareSigningKey();
  await enter(await api.setUp({ ...asked, ...(await introduction(fresh.point, null)) }), asked.manager.password, fresh);
}

/** End the session of whoever unlocked. One that has ended already, or is somebody else's, is left as it is. */
export async function signOut(): Promise<void> {
  const text = await accessToken().catch((failure: unknown) => {
    if (failure instanceof Refusal) return null;
    throw failure;
  });
  if (text !== null && ownerOf(text) === unlocked.value?.worker) await api.signOut(text);
  forgetToken();
}

async function enter(welcome: Welcome, passphrase: string, fresh: NewSigningKey | null): Promise<void> {
  keepToken(welcome);
  if (fresh) await moveIn(welcome, passphrase, fresh);
  else await welcomeBack(welcome);
}

function keepToken({ access_token, expires_in }: { access_token: string; expires_in: number }): string {
  token = { text: access_token, until: Date.now() + expires_in * 1000 - EARLY };
  return access_token;
}

async function introduction(point: string, signInName: string | null): Promise<api.Introduction> {
  return { device: { id: await deviceId(signInName), name: deviceName() }, signing_key: point };
}

/** What a manager will read in a list of devices. */
function deviceName(): string {
  const agent = navigator.userAgent;
  const system = /Android|iPhone|iPad|Windows|Mac OS|CrOS|Linux/.exec(agent)?.[0] ?? "a device";
  const browser = /Edg|OPR|Firefox|SamsungBrowser|Chrome|Safari/.exec(agent)?.[0] ?? "a browser";
  return `${browser} on ${system}`;
}
