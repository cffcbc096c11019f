// Handing in what waits when no session is left to send it with: nothing that somebody wrote waits for a sign-in.
import { nextToHandIn, noteHandedIn, noteTrouble, sending, settle } from "../store/outbox.ts";
import type { Outcome } from "../domain/outcome.ts";
import { Refusal, handIn } from "./api-client.ts";
import { SIGN_IN, fitting, wordsFor } from "./trouble.ts";

const BATCH = 20;
const KEPT = "Handed in. It is kept on this phone too, until somebody signs in here.";

/** What came of it, and why something still waits, in plain words. Never throws. */
export async function handInWaiting(): Promise<{ count: number; trouble: string }> {
  const tried = new Set<string>();
  let count = 0;
  for (let rows = fitting(await nextToHandIn(BATCH, tried)); rows.length; rows = fitting(await nextToHandIn(BATCH, tried))) {
    const keys = rows.map(({ key }) => key);
    for (const key of keys) tried.add(key);
    sending.value = new Set(keys);
    try {
      const outcomes = await handIn({ provider: rows[0]?.provider ?? "", sent_at: new Date().toISOString(), items: rows.map(({ item }) => item) });
      // Without a session the server does not say whether it keeps what it will not take in, so this phone does.
      const taken = outcomes.filter(({ outcome }) => outcome !== "quarantined");
      await settle(rows, taken);
      const isIn = (named: readonly Outcome[], { key_id, id }: { key_id: string; id: string }): boolean =>
        named.some((each) => each.key_id === key_id && each.id === id);
      await noteHandedIn(rows.filter(({ item }) => isIn(outcomes, item) && !isIn(taken, item)).map(({ key }) => key), KEPT);
      count += taken.length;
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
