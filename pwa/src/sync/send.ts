// Sending what waits: concerns first, in batches, each item let go of only when the server has named it.
import { nextItems, noteTrouble, sending, settle, settlePhoto, unsent, waitingPhotos } from "../store/outbox.ts";
import type { OutboxRow } from "../store/database.ts";
import { NoSignal, Refusal, sendItems, sendPhoto } from "./api-client.ts";
import { withToken } from "./session.ts";

const BATCH = 100;
/** A batch is kept well below what the server takes. */
const MOST_LETTERS = 2_000_000;

export interface Sent {
  items: number;
  photos: number;
  /** Why something still waits, in plain words; empty when nothing does. */
  trouble: string;
  /** Whether this device must sign in again before anything more is sent. */
  mustSignIn: boolean;
}

/**
 * Send everything that waits. Only one tab or service worker sends at a time; another that asks meanwhile leaves it
 * to that one. Never throws: what could not be sent is still in the outbox, with the reason beside it.
 */
export async function sendWaiting(): Promise<Sent> {
  const nothing: Sent = { items: 0, photos: 0, trouble: "", mustSignIn: false };
  return navigator.locks.request("heed-send", { ifAvailable: true }, async (mine) => (mine ? sendAll() : nothing));
}

async function sendAll(): Promise<Sent> {
  const sent: Sent = { items: 0, photos: 0, trouble: "", mustSignIn: false };
  const stuck = new Set<string>();
  for (let batch = fitting(await nextItems(BATCH, stuck)); batch.length; batch = fitting(await nextItems(BATCH, stuck))) {
    const keys = batch.map(({ key }) => key);
    sending.value = new Set(keys);
    try {
      const outcomes = await withToken(async (token) => sendItems(token, { sent_at: new Date().toISOString(), unsent: await unsent(), items: batch.map(({ item }) => item) }));
      await settle(batch, outcomes);
      sent.items += outcomes.length;
      const named = new Set(outcomes.map(({ id, key_id }) => `${key_id}|${id}`));
      for (const { key, item } of batch) if (!named.has(`${item.key_id}|${item.id}`)) stuck.add(key);
    } catch (failure) {
      sent.trouble = wordsFor(failure);
      sent.mustSignIn = failure instanceof Refusal && failure.status === 401;
      await noteTrouble(keys, sent.trouble);
      // One bad item must not hold up its neighbours: what a whole batch fails for is looked for one by one.
      if (failure instanceof Refusal && isAboutTheItems(failure) && batch.length > 1) {
        sent.items += await sendOneByOne(batch, stuck);
        continue;
      }
      if (failure instanceof Refusal && isAboutTheItems(failure)) {
        for (const key of keys) stuck.add(key);
        continue;
      }
      return sent;
    } finally {
      sending.value = new Set();
    }
  }
  await sendPhotos(sent);
  return sent;
}

async function sendOneByOne(batch: readonly OutboxRow[], stuck: Set<string>): Promise<number> {
  let count = 0;
  for (const row of batch) {
    try {
      const outcomes = await withToken(async (token) => sendItems(token, { sent_at: new Date().toISOString(), unsent: await unsent(), items: [row.item] }));
      await settle([row], outcomes);
      count += outcomes.length;
    } catch (failure) {
      stuck.add(row.key);
      await noteTrouble([row.key], wordsFor(failure));
    }
  }
  return count;
}

async function sendPhotos(sent: Sent): Promise<void> {
  for (const photo of await waitingPhotos()) {
    try {
      await withToken((token) => sendPhoto(token, photo));
      await settlePhoto(photo);
      sent.photos++;
    } catch (failure) {
      sent.trouble = wordsFor(failure);
      sent.mustSignIn ||= failure instanceof Refusal && failure.status === 401;
      if (failure instanceof NoSignal) return;
    }
  }
}

function fitting(rows: OutboxRow[]): OutboxRow[] {
  let letters = 0;
  return rows.filter(({ item }, place) => (letters += item.ciphertext.length) <= MOST_LETTERS || place === 0);
}

const isAboutTheItems = ({ status }: Refusal): boolean => status >= 500 || status === 413 || status === 422 || status === 400;

function wordsFor(failure: unknown): string {
  if (failure instanceof NoSignal) return "Waiting for signal.";
  if (failure instanceof Refusal && failure.status === 401) return "Sign in again, then it is sent.";
  if (failure instanceof Refusal && failure.status === 429) return "The server is busy. I will try again soon.";
  if (failure instanceof Refusal && failure.status >= 500) return "The server has a problem. I will keep trying.";
  if (failure instanceof Refusal) return failure.message;
  return "Something went wrong on this phone. I will keep trying.";
}
