// Sending what waits: concerns first, in batches, each item let go of only when the server has named it.
import type { OutboxRow } from "../store/database.ts";
import { changed } from "../store/changes.ts";
import { noteForAll, notePhotoTrouble, noteTrouble, sending, settle, settlePhoto } from "../store/outbox.ts";
import { nextItems, photoToSend, photosToSend, unsent } from "../store/turn.ts";
import type { PhotoKey } from "../store/turn.ts";
import { handInPhotos, handInWaiting } from "./hand-in.ts";
import { Refusal, sendItems } from "./api-client.ts";
import { heardEpoch } from "./copies.ts";
import { sendPhotoInParts } from "./send-photo.ts";
import { providerOf, withToken } from "./session.ts";
import { fitting, isSignedOut, wordsFor } from "./trouble.ts";

const BATCH = 100;
/** While much is sent, the screen shows what has gone about this often: reading everything anew takes a while. */
const SHOWN_EVERY = 5_000;
/** How many items in a row the server may refuse before it is left alone for now. */
const ENOUGH = 3;
const ELSEWHERE = "This waits until somebody of the same provider signs in here.";

export interface Sent {
  count: number;
  /** Why something still waits, in plain words; empty when nothing does. */
  trouble: string;
  /** Whether this device must sign in again before anything more is sent. */
  mustSignIn: boolean;
  /** Another tab or the service worker was sending already, and this left it to that one. */
  elsewhere: boolean;
  /** For how many milliseconds the server asks to be left alone. */
  wait: number;
}

const NOTHING: Sent = { count: 0, trouble: "", mustSignIn: false, elsewhere: false, wait: 0 };

/**
 * Send every entry that waits. Only one tab or service worker sends at a time; another that asks meanwhile leaves it
 * to that one. Never throws: what could not be sent is still in the outbox, with the reason beside it.
 */
export const sendWaiting = (): Promise<Sent> => alone("heed-send", sendEntries);

/** Send every photo whose text has been sent. Its own way, so that no words ever wait for a photo. */
export const sendPhotos = (): Promise<Sent> => alone("heed-send-photos", sendEachPhoto);

async function alone(lane: string, send: (sent: Sent) => Promise<void>): Promise<Sent> {
  const sent = { ...NOTHING };
  try {
    await navigator.locks.request(lane, { ifAvailable: true }, async (mine) => {
      if (mine) await send(sent);
      else sent.elsewhere = true;
    });
  } catch (failure) {
    sent.trouble = wordsFor(failure);
  }
  return sent;
}

async function sendEntries(sent: Sent): Promise<void> {
  const provider = await providerToSendTo(sent);
  if (!provider) return;
  try {
    await sendAllOf(provider, sent);
  } finally {
    if (sent.count) changed("entry");
  }
}

async function sendAllOf(provider: string, sent: Sent): Promise<void> {
  const stuck = new Set<string>();
  const next = async (): Promise<OutboxRow[]> => fitting(await nextItems(provider, BATCH, stuck));
  let shownAt = Date.now();
  for (let batch = await next(); batch.length; batch = await next()) {
    const failure = await trySending(provider, batch, sent, stuck);
    if (failure && !isAboutTheItems(failure)) return;
    // One bad item must not hold up its neighbours: what a whole batch fails for is looked for one by one.
    if (failure && batch.length > 1 && !(await sendOneByOne(provider, batch, sent, stuck))) return;
    if (Date.now() - shownAt < SHOWN_EVERY) continue;
    changed("entry");
    shownAt = Date.now();
  }
}

/** Whose items this device's session can carry, or null when nothing can be sent now, with the reason noted. */
async function providerToSendTo(sent: Sent): Promise<string | null> {
  if (!(await unsent())) return null;
  try {
    const provider = await withToken(async (token) => providerOf(token));
    await noteForAll(ELSEWHERE, provider);
    return provider;
  } catch (failure) {
    sent.mustSignIn = isSignedOut(failure);
    if (sent.mustSignIn) {
      const { count, trouble } = await handInWaiting();
      sent.count += count;
      sent.trouble = trouble;
      return null;
    }
    hear(failure, sent);
    await noteForAll(sent.trouble, null);
    return null;
  }
}

/** Answers whether to go on: a server that fails for one after the other is not well, and fails for anything. */
async function sendOneByOne(provider: string, rows: readonly OutboxRow[], sent: Sent, stuck: Set<string>): Promise<boolean> {
  let inARow = 0;
  for (const row of rows) {
    const failure = await trySending(provider, [row], sent, stuck);
    if (failure && !isAboutTheItems(failure)) return false;
    inARow = failure ? inARow + 1 : 0;
    // What was refused is tried last next time, so stopping here starves nobody.
    if (inARow === ENOUGH) return false;
  }
  return true;
}

/** Send some items. Answers why it failed, or null. An item that is stuck is not tried again this time. */
async function trySending(provider: string, rows: readonly OutboxRow[], sent: Sent, stuck: Set<string>): Promise<unknown> {
  const keys = rows.map(({ key }) => key);
  sending.value = new Set(keys);
  try {
    const { outcomes, receipt, epoch } = await withTokenFor(provider, async (token) =>
      sendItems(token, { sent_at: new Date().toISOString(), unsent: await unsent(), items: rows.map(({ item }) => item) }),
    );
    heardEpoch(provider, epoch);
    await settle(rows, outcomes, receipt);
    sent.count += outcomes.length;
    const named = new Set(outcomes.map(({ id, key_id }) => `${key_id}|${id}`));
    const unnamed = rows.filter(({ item }) => !named.has(`${item.key_id}|${item.id}`)).map(({ key }) => key);
    if (unnamed.length) await note(unnamed, new Refusal(200, "The server said nothing about this one. I will keep trying."), sent, stuck);
    return null;
  } catch (failure) {
    sent.mustSignIn ||= isSignedOut(failure);
    if (rows.length === 1 || !isAboutTheItems(failure)) await note(keys, failure, sent, stuck);
    return failure;
  } finally {
    sending.value = new Set();
  }
}

function hear(failure: unknown, sent: Sent): void {
  sent.trouble = wordsFor(failure);
  if (failure instanceof Refusal) sent.wait = Math.max(sent.wait, failure.wait * 1000);
}

async function note(keys: readonly string[], failure: unknown, sent: Sent, stuck: Set<string>): Promise<void> {
  hear(failure, sent);
  for (const key of keys) stuck.add(key);
  await noteTrouble(keys, sent.trouble, isAboutTheItems(failure));
}

/** Do something with a session that this provider gave, and with no other's. */
const withTokenFor = <Content>(provider: string, work: (token: string) => Promise<Content>): Promise<Content> =>
  withToken((token) => {
    if (providerOf(token) !== provider) throw new Refusal(403, ELSEWHERE);
    return work(token);
  });

async function sendEachPhoto(sent: Sent): Promise<void> {
  const keys = await photosToSend();
  if (!keys.length) return;
  const provider = await withToken(async (token) => providerOf(token)).catch((failure: unknown) => {
    if (isSignedOut(failure)) return null;
    throw failure;
  });
  if (provider) return sendPhotosOf(provider, keys, sent);
  Object.assign(sent, await handInPhotos(keys), { mustSignIn: true });
}

async function sendPhotosOf(provider: string, keys: readonly PhotoKey[], sent: Sent): Promise<void> {
  for (const key of keys) {
    // One at a time: a phone's memory does not hold a fortnight of photos.
    const photo = await photoToSend(key);
    if (photo?.provider !== provider) continue;
    try {
      const receipt = await sendPhotoInParts(photo, (work) => withTokenFor(photo.provider, work));
      await settlePhoto(photo, receipt);
      sent.count++;
    } catch (failure) {
      sent.trouble = wordsFor(failure);
      sent.mustSignIn ||= isSignedOut(failure);
      await notePhotoTrouble(photo, sent.trouble);
      if (!isAboutTheItems(failure)) return;
    }
  }
}

/** Whether the server fails for what is in the batch. One that is down, busy or does not know us fails for anything. */
const isAboutTheItems = (failure: unknown): boolean => failure instanceof Refusal && ABOUT_ITEMS.has(failure.status);

const ABOUT_ITEMS = new Set([400, 413, 422, 500]);
