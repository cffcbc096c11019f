import { formName } from "./form-names";
import type { Thread, View } from "./view";

/** How a person is called, or "Someone else" when the phone does not know them. */
export function personName(view: View, id: string | null, written?: unknown): string {
  if (id) {
    const person = view.people.find((one) => one.id === id);
    if (person) return person.name;
  }
  return typeof written === "string" && written ? written : "Someone else";
}

export const serviceName = (view: View, id: string): string => view.services.find((service) => service.id === id)?.name ?? "Another service";

export const workerName = (view: View, id: string): string => view.workers.find((worker) => worker.id === id)?.name ?? "A colleague";

/** The number to ring about something in this service, and whose it is. */
export function onCallNumbers(view: View, service: string | null): { onCall: string | null; onCallName: string | null } {
  const found = view.services.find(({ id }) => id === service) ?? view.services[0];
  const slot = found?.onCall.find(({ rank }) => rank === 1) ?? found?.onCall[0];
  return slot ? { onCall: slot.number, onCallName: slot.name } : { onCall: found?.onCallNumber ?? null, onCallName: null };
}

/** "Something worries me: Joan Hartley", or "Handover, Orchard Court". */
export function threadTitle(view: View, thread: Thread): string {
  if (thread.form === "handover") return `Handover, ${serviceName(view, thread.service)}`;
  // Whom it is about cannot be known before somebody has read it.
  if (thread.form === "quarantine") return `${formName(thread.form)}, from ${thread.entries[0]?.author.name || "nobody known here"}`;
  return `${formName(thread.form)}: ${personName(view, thread.person, thread.entries[0]?.answers["person_name"])}`;
}
