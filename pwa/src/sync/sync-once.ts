// Sync is a sentence that returns a result.
import { notFetchedWords } from "../store/not-kept.ts";
import { Locked, isUnlocked } from "../store/vault.ts";
import { NoSignal, Refusal } from "./api-client.ts";
import { settleCopies } from "./copies.ts";
import { fetchForms, fetchHomeDocument, fetchNew } from "./fetch.ts";
import { reportHealth } from "./report.ts";
import { sendWaiting } from "./send.ts";
import type { Sent } from "./send.ts";
import { accessToken, mayOnlySend } from "./session.ts";

export interface SyncResult {
  sent: Sent;
  fetched: number;
  /** Whether the server answered at all. */
  reached: boolean;
  mustSignIn: boolean;
  /** The session may send and do nothing else, until somebody signs in again. */
  mayOnlySend: boolean;
  /** Why this phone could not keep what is new, in plain words; empty while it can. */
  notKept: string;
}

/** Send what is waiting, then fetch what is new. Safe to call again at any moment; never throws. */
export async function syncOnce(): Promise<SyncResult> {
  let sent = await sendWaiting();
  // After what is new, so that no concern waits for it.
  if (await settleCopies()) sent = await sendWaiting();
  const result: SyncResult = { sent, fetched: 0, reached: true, mustSignIn: sent.mustSignIn, mayOnlySend: false, notKept: "" };
  if (result.mustSignIn) return result;
  try {
    // What comes back is kept encrypted, so it waits until somebody has unlocked.
    await Promise.all([fetchForms(), isUnlocked() ? fetchHomeIfAllowed() : null]);
    result.mayOnlySend = mayOnlySend();
    if (!isUnlocked() || result.mayOnlySend) return result;
    result.fetched = await fetchNew();
    await reportHealth();
  } catch (failure) {
    result.reached = !(failure instanceof NoSignal);
    // Whoever locked while it was on its way gets it the next time.
    if (!(failure instanceof NoSignal || failure instanceof Refusal || failure instanceof Locked)) result.notKept = notFetchedWords(failure);
    result.mustSignIn = failure instanceof Refusal && (failure.status === 401 || failure.status === 403);
  }
  return result;
}

async function fetchHomeIfAllowed(): Promise<void> {
  await accessToken();
  if (!mayOnlySend()) await fetchHomeDocument();
}
