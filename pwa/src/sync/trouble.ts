// What goes at once, and what to say of what does not go.
import type { OutboxRow } from "../store/database.ts";
import { NotKept } from "../store/not-kept.ts";
import { NoSignal, Refusal } from "./api-client.ts";

/** A batch is kept well below what the server takes. */
const MOST_LETTERS = 2_000_000;

export const SIGN_IN = "Sign in again, then it is sent.";

/** As many of these as fit into one question; the first always. */
export function fitting(rows: OutboxRow[]): OutboxRow[] {
  let letters = 0;
  return rows.filter(({ item }, place) => (letters += item.ciphertext.length) <= MOST_LETTERS || place === 0);
}

export const isSignedOut = (failure: unknown): boolean => failure instanceof Refusal && failure.status === 401;

/** Why something still waits, in one sentence for whoever wrote it. */
export function wordsFor(failure: unknown): string {
  if (failure instanceof NotKept) return failure.message;
  if (failure instanceof NoSignal) return "Waiting for signal.";
  if (isSignedOut(failure)) return SIGN_IN;
  if (failure instanceof Refusal && failure.status === 429) return "The server is busy. I will try again soon.";
  if (failure instanceof Refusal && failure.status >= 500) return "The server has a problem. I will keep trying.";
  if (failure instanceof Refusal) return failure.message;
  return "Something went wrong on this phone. I will keep trying.";
}
