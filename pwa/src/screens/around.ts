import type { Answers } from "../domain/form";
import type { Surroundings } from "../elements/surroundings";
import { when } from "../elements/when";
import { formName } from "./form-names";
import { onCallNumbers, personName } from "./names";
import type { Person, View } from "./view";

interface About {
  service: string | null;
  person: string | null;
  /** The answers of the entry that this one is about. */
  about?: Answers;
}

/** What a question may need to be drawn, from what this phone knows. */
export function surroundings(view: View, { service, person, about }: About): Surroundings {
  const known: Person | undefined = view.people.find(({ id }) => id === person);
  const nearService = <Someone extends { service: string }>(someone: Someone): boolean => service === null || someone.service === service;
  const several = view.services.length > 1;
  return {
    people: view.people.map((one) => ({ id: one.id, name: one.name, note: several && !nearService(one) ? serviceOf(view, one.service) : null })),
    workers: view.workers
      .filter(({ id, services }) => id !== view.worker.id && (service === null || services.includes(service)))
      .map(({ id, name }) => ({ id, name, note: null })),
    nameOf: (id) => view.people.find((one) => one.id === id)?.name ?? view.workers.find((one) => one.id === id)?.name ?? null,
    numbers: onCallNumbers(view, service),
    records: [...view.threads.values()].map((thread) => ({
      value: thread.key,
      form: thread.form,
      label: `${formName(thread.form)}, ${personName(view, thread.person)}, ${when(thread.entries[0]?.recordedAt ?? "", view.now)}`,
    })),
    photos: view.photos,
    now: view.now,
    named: known ? (known.knownAs ?? known.name) : null,
    context: {
      now: view.now,
      ...(known ? { limit: known.moneyLimit, lastClosing: known.lastClosing } : {}),
      ...(about ? { about } : {}),
    },
  };
}

const serviceOf = (view: View, id: string): string | null => view.services.find((service) => service.id === id)?.name ?? null;
