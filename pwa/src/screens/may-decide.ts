import { isAllowed } from "../domain/access";
import { isOpen } from "./queue-order";
import type { Thread, View } from "./view";

/** Whether this worker may decide about a thread. The server judges again; what may not be is kept without effect. */
export function mayDecide(thread: Thread, view: View): boolean {
  // Four eyes: what somebody wrote is decided by somebody else.
  if (thread.entries[0]?.author.id === view.worker.id || !thread.standing) return false;
  const { roles } = view;
  if (thread.form === "concern")
    return isAllowed(thread.standing.restricted ? "reviewRestricted" : "reviewConcern", roles, thread.service);
  if (thread.form === "visit-note") return isOpen(thread) && isAllowed("reviewNote", roles, thread.service);
  if (thread.form === "transaction-receipt") return isAllowed("checkTransaction", roles, thread.service);
  return thread.form === "quarantine" && isAllowed("reviewRestricted", roles, thread.service);
}

/** Whether this worker may say "I have this" about it, on call or by role. */
export function mayHave(thread: Thread, view: View): boolean {
  if (thread.entries[0]?.author.id === view.worker.id || !thread.standing || thread.standing.seenBy) return false;
  if (thread.form !== "concern" && thread.form !== "visit-note") return false;
  if (thread.entries.some(({ form, author, place }) => form === "acknowledgement" && author.id === view.worker.id && place === "waiting")) return false;
  if (thread.standing.restricted) return isAllowed("reviewRestricted", view.roles, thread.service);
  const isOnCall = view.services.some(({ id, onCall }) => id === thread.service && onCall.some(({ worker }) => worker === view.worker.id));
  return isOnCall || isAllowed("acknowledgeConcern", view.roles, thread.service);
}
