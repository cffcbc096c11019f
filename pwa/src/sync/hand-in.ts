// Handing in what waits when no session is left to send it with: nothing that somebody wrote waits for a sign-in.
import { changed } from "../store/changes.ts";
import { NO_RECEIPT } from "../store/copy.ts";
import { noteHandedIn, notePhotoTrouble, noteTrouble, sending, settle, settlePhoto } from "../store/outbox.ts";
import { nextToHandIn, photoToSend } from "../store/turn.ts";
import type { PhotoKey } from "../store/turn.ts";
import { Refusal, handIn } from "./api-client.ts";
import { handInPhotoInParts } from "./send-photo.ts";
import { SIGN_IN, fitting, wordsFor } from "./trouble.ts";

const BATCH = 20;
const KEPT = "It is safe on this phone. Sign in again, then it is sent.";

/** What came of it, and why something still waits, in plain words. Never throws. */
export async function handInWaiting(): Promise<{ count: number; trouble: string }> {
  let count = 0;
  for (let rows = fitting(await nextToHandIn(BATCH)); rows.length; rows = fitting(await nextToHandIn(BATCH))) {
    const keys = rows.map(({ key }) => key);
    sending.value = new Set(keys);
    try {
      const { outcomes, receipt } = await handIn({ provider: rows[0]?.provider ?? "", sent_at: new Date().toISOString(), items: rows.map(({ item }) => item) });
      await settle(rows, outcomes, receipt ?? NO_RECEIPT);
      changed("entry");
      const named = new Set(outcomes.map(({ key_id, id }) => `${key_id}|${id}`));
      // The server says nothing of what nobody whom it knows has signed, and this phone keeps that.
      await noteHandedIn(rows.filter(({ item }) => !named.has(`${item.key_id}|${item.id}`)).map(({ key }) => key), KEPT);
      count += outcomes.length;
    } catch (failure) {
      // What is refused here may still go with a session.
      const trouble = failure instanceof Refusal && failure.status < 429 ? SIGN_IN : wordsFor(failure);
      await noteTrouble(keys, trouble, false);
      return { count, trouble };
    } finally {
      sending.value = new Set();
    }
  }
  return { count, trouble: "" };
}

/** Hand in photos whose words are with their provider: these say that they are the right ones. Never throws. */
export async function handInPhotos(keys: readonly PhotoKey[]): Promise<{ count: number; trouble: string }> {
  let count = 0;
  let trouble = "";
  for (const key of keys) {
    // One at a time: a phone's memory does not hold a fortnight of photos.
    const photo = await photoToSend(key);
    if (!photo) continue;
    try {
      await settlePhoto(photo, await handInPhotoInParts(photo.provider, photo));
      count++;
    } catch (failure) {
      const isRefused = failure instanceof Refusal && failure.status < 429;
      trouble = isRefused ? KEPT : wordsFor(failure);
      await notePhotoTrouble(photo, trouble);
      if (!isRefused) break;
    }
  }
  return { count, trouble };
}
