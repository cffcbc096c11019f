import { isAllowed } from "../domain/access";
import { namedWorkers } from "../domain/conflict";
import { isOpen } from "./queue-order";
import type { Thread, View } from "./view";

/** Whether this worker may decide about a thread. The server judges again; what may not be is kept without effect. */
export function mayDecide(thread: Thread, view: View): boolean {
  // Four eyes: what somebody wrote is decided by somebody else.
  if (thread.entries[0]?.author.id === view.worker.id || !thread.standing) return false;
  const { roles } = view;
  // What is restricted is on the phones of those alone who may decide it.
  if (thread.form === "concern") return thread.standing.restricted || isAllowed("reviewConcern", roles, thread.service);
  if (thread.form === "visit-note") return isOpen(thread) && isAllowed("reviewNote", roles, thread.service);
  if (thread.form === "transaction-receipt") return isAllowed("checkTransaction", roles, thread.service);
  return thread.form === "quarantine";
}

/** Whom this worker may let in to what is restricted: managers and leads of its service whom it is not about. */
export function mayLetIn({ standing, entries: [root], service, form }: Thread, view: View): string[] {
  const me = view.worker.id;
  const here = view.services.find(({ id }) => id === service);
  if (!root || !here || !standing?.restricted || form !== "concern" || root.author.id === me) return [];
  // Whoever was let in lets nobody else in.
  if (!standing.openTo.some(({ id }) => id === me) || standing.opened.some(({ id }) => id === me)) return [];
  const asked = new Set([...here.managers, ...(here.leads[0] ?? []).map(({ worker }) => worker)]);
  const out = new Set([root.author.id, ...namedWorkers({ ...root.answers, private_from: [] }, view.workers, root.author.id), ...standing.openTo.map(({ id }) => id)]);
  return [...asked].filter((id) => !out.has(id));
}

/** Whether this worker may say "I have this" about it, on call or by role. */
export function mayHave(thread: Thread, view: View): boolean {
  if (thread.entries[0]?.author.id === view.worker.id || !thread.standing || thread.standing.seenBy) return false;
  if (thread.form !== "concern" && thread.form !== "visit-note") return false;
  if (thread.entries.some(({ form, author, place }) => form === "acknowledgement" && author.id === view.worker.id && place === "waiting")) return false;
  if (thread.standing.restricted) return true;
  const isOnCall = view.services.some(({ id, onCall }) => id === thread.service && onCall.some(({ worker }) => worker === view.worker.id));
  return isOnCall || isAllowed("acknowledgeConcern", view.roles, thread.service);
}
