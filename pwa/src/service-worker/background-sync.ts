// Sending with no page open. What waits is sealed, so it can go while the phone is locked.
import { sendWaiting } from "../sync/send.ts";
import { unsent } from "../store/outbox.ts";

/** Throws when something still waits, so that the browser tries again later. */
export async function sendInBackground(): Promise<void> {
  await sendWaiting();
  if (await unsent()) throw new Error("Some entries still wait for signal");
}
