import { isAllowed } from "../domain/access";
import type { Thread, View } from "./view";

const decided = new Set(["referred", "managed_inside", "not_safeguarding", "closed", "reviewed", "approved", "complete"]);
const gravity: Record<string, number> = { red: 0, amber: 1, low: 2 };

/** Whether somebody with authority still has to do something about it. */
export const isOpen = (thread: Thread): boolean =>
  thread.standing !== null && !decided.has(thread.standing.state) && thread.standing.deadlines.some(({ stop }) => stop === null);

/** Whether this worker's own decision waits on this phone: it is done for them, and goes when there is signal. */
const hasOwnDecisionWaiting = (thread: Thread, view: View): boolean =>
  thread.entries.some((entry) => entry.form === "review" && entry.place === "waiting" && entry.author.id === view.worker.id);

/** What waits for this worker's decision, what is due first at the top; what is overdue is due before everything. */
export function queueOf(view: View, forms: readonly string[] = ["concern", "visit-note", "quarantine"]): Thread[] {
  return [...view.threads.values()]
    .filter((thread) => forms.includes(thread.form) && isOpen(thread) && !hasOwnDecisionWaiting(thread, view))
    .filter((thread) => thread.entries[0]?.author.id !== view.worker.id && isAllowed("readConcern", view.roles, thread.service))
    .sort((one, other) => (one.standing?.due ?? "9").localeCompare(other.standing?.due ?? "9") || weight(one) - weight(other));
}

const weight = (thread: Thread): number => gravity[thread.standing?.severity ?? "low"] ?? 2;
