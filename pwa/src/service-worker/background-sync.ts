// Sending with no page open. What waits is sealed, so it can go while the phone is locked.
import { photosToSend, unsent } from "../store/turn.ts";
import { sendPhotos, sendWaiting } from "../sync/send.ts";

/** Throws when something still waits, so that the browser tries again later. */
export async function sendInBackground(): Promise<void> {
  await sendWaiting();
  await sendPhotos();
  if ((await unsent()) || (await photosToSend()).length) throw new Error("Some entries still wait for signal");
}
