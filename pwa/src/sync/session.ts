// The session with the server: an access token in memory, got with a cookie that no script can read.
import { fromBase64url } from "../domain/bytes.ts";
import { dropSession, holdSession, isSignOutOwed, sessionHolder } from "../store/session.ts";
import { closeReading, unlocked } from "../store/worker.ts";
import { Refusal } from "./api-client.ts";
import * as api from "./api-client.ts";

/** A token is used until a little before it ends, so that it does not end on the way. */
const EARLY = 30_000;

const SHUT_OUT = "You were signed out on this phone. Sign in again to read. What you wrote is safe, and is sent.";
const LOST = "This phone was reported lost, so Heed closed it. Sign in again to read. What you wrote is safe, and is sent.";
export const LEFT =
  "Your manager has noted that you have left. So Heed is closed on this phone. What you wrote is not lost. What was not sent yet is kept, and somebody at the office reads it. Is this wrong? Ring your manager.";

let token: { text: string; until: number; scope: api.Scope } | null = null;

/** A token that works now. Throws Refusal 401 when this device must sign in again, NoSignal without signal. */
export async function accessToken(): Promise<string> {
  if (token && token.until > Date.now()) return token.text;
  return alone(async () => {
    if (token && token.until > Date.now()) return token.text;
    await tellSignOut();
    try {
      return await keepToken(await api.refresh());
    } catch (failure) {
      if (failure instanceof Refusal && failure.status === 401) await endReading(failure.reason);
      throw failure;
    }
  });
}

/**
 * A session that somebody ended ends reading on this phone. One that only ran out does not: whoever is out without
 * signal goes on writing, and signs in when they can.
 */
async function endReading(reason: string | null): Promise<void> {
  const holder = await sessionHolder();
  if (!holder) return;
  if (reason === "revoked") await closeReading(holder, SHUT_OUT, "session");
  if (reason === "device_revoked") await closeReading(holder, LOST, "phone");
  if (reason === "left") await closeReading(holder, LEFT, "work");
}

/** Whether the session of the last token may only send what is written, until somebody signs in again. */
export const mayOnlySend = (): boolean => token?.scope === "upload";

/** One use of the cookie at a time over all tabs and the service worker, since each changes it. */
const alone = <Answer>(work: () => Promise<Answer>): Promise<Answer> => navigator.locks.request("heed-refresh", work);

/** Forget the token, so that the next question gets a fresh one. */
export function forgetToken(): void {
  token = null;
}

/** Keep the token of somebody who signed in or whose session goes on. */
export async function keepToken({ access_token, expires_in, scope }: api.Refreshed): Promise<string> {
  token = { text: access_token, until: Date.now() + expires_in * 1000 - EARLY, scope };
  const holder = ownerOf(access_token);
  if (holder) await holdSession(holder);
  return access_token;
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
 * Tell the server of a sign-out that it has not heard of. Throws NoSignal when it cannot be told now: until it is, the
 * cookie of whoever left is used for nothing else.
 */
export async function finishSignOut(): Promise<void> {
  await alone(tellSignOut);
}

async function tellSignOut(): Promise<void> {
  if (!(await isSignOutOwed())) return;
  await api.signOut();
  await dropSession();
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
