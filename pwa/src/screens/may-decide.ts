import { isAllowed } from "../domain/access";
import { namedWorkers } from "../domain/conflict";
import { isOpen } from "./queue-order";
import type { Entry, Thread, View } from "./view";

/** Whoever takes these on says so, since others are told until somebody does. */
const AWAITED = new Set(["concern", "visit-note", "quarantine"]);

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
  if (!root || !here || !standing?.restricted || (form !== "concern" && form !== "quarantine") || root.author.id === me) return [];
  // Whoever was let in lets nobody else in.
  if (!standing.openTo.some(({ id }) => id === me) || standing.opened.some(({ id }) => id === me)) return [];
  const asked = new Set([...here.managers, ...(here.leads[0] ?? []).map(({ worker }) => worker)]);
  const out = new Set([root.author.id, ...meant(root, view), ...standing.openTo.map(({ id }) => id)]);
  return [...asked].filter((id) => !out.has(id));
}

/** Whom it means. What came in with an error might mean anybody whom it names, anywhere in it. */
function meant({ form, answers, author }: Entry, view: View): Set<string> {
  if (form !== "quarantine") return namedWorkers({ ...answers, private_from: [] }, view.workers, author.id);
  const text = JSON.stringify([answers["answers"], answers["text"]]);
  const byName = namedWorkers({ who_caused: "our_staff", what_happened: text }, view.workers, author.id);
  return new Set([...byName, ...view.workers.map(({ id }) => id).filter((id) => text.includes(id))]);
}

/** Whether this worker may say "I have this" about it, on call or by role. */
export function mayHave(thread: Thread, view: View): boolean {
  if (thread.entries[0]?.author.id === view.worker.id || !thread.standing || thread.standing.seenBy) return false;
  if (!AWAITED.has(thread.form)) return false;
  if (thread.entries.some(({ form, author, place }) => form === "acknowledgement" && author.id === view.worker.id && place === "waiting")) return false;
  if (thread.standing.restricted) return true;
  const isOnCall = view.services.some(({ id, onCall }) => id === thread.service && onCall.some(({ worker }) => worker === view.worker.id));
  return isOnCall || isAllowed("acknowledgeConcern", view.roles, thread.service);
}
