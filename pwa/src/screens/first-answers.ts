import { questions, type Answers, type Schema } from "../domain/form";
import { momentOf } from "../elements/date-time";
import type { Thread, View } from "./view";

const HOUR = 3_600_000;

/** What is filled in already when somebody begins to write. */
export function firstAnswers(form: Schema, view: View, service: string, given: Answers, about: Thread | null): Answers {
  const now = momentOf(view.now);
  const first: Answers = {};
  for (const { name, startsAt } of questions(form, given, { now: view.now })) if (startsAt === "now") first[name] = now;
  const name = form["x-form"];
  if (name === "handover") Object.assign(first, shiftAnswers(view, service));
  if (name === "review" && about) Object.assign(first, { of: about.form });
  if (name === "acknowledgement") Object.assign(first, { how: "self" });
  return { ...first, ...given };
}

/** The shift that this worker is on, or has just ended. */
export const ownShift = (view: View): View["shifts"][number] | undefined =>
  view.shifts.find(
    ({ from, until, workers }) =>
      workers.includes(view.worker.id) && new Date(from) <= view.now && new Date(until).getTime() > view.now.getTime() - 2 * HOUR,
  );

/** When this worker's shift began and ends, and who comes next. */
function shiftAnswers(view: View, service: string): Answers {
  const mine = ownShift(view);
  if (!mine || mine.service !== service) return {};
  const next = view.shifts
    .filter(({ service, from }) => service === mine.service && from > mine.from && new Date(from).getTime() >= new Date(mine.until).getTime() - HOUR)
    .sort((one, other) => one.from.localeCompare(other.from))[0];
  const readers = next?.workers.filter((id) => id !== view.worker.id) ?? [];
  return {
    shift_from: momentOf(new Date(mine.from)),
    shift_until: momentOf(new Date(mine.until)),
    ...(readers.length ? { for: readers } : {}),
  };
}

/** "Something worries me" with what a visit note or a receipt already said. */
export function worryFrom(form: string, answers: Answers): Answers | null {
  const person = { person: answers["person"], ...(answers["person_name"] ? { person_name: answers["person_name"] } : {}) };
  if (form === "visit-note" && answers["next_step"] === "write_concern") {
    const story = [answers["note"], answers["different"]].filter((text): text is string => typeof text === "string");
    return { ...person, what_happened: story.join("\n") };
  }
  if (form === "transaction-receipt" && answers["worry"] === "yes") return { ...person, category: ["financial"] };
  return null;
}

/** What follows from other answers without asking: an item that must be acted on must be read. */
export function withWhatFollows(form: string, answers: Answers): Answers {
  const items = answers["items"];
  if (form !== "handover" || !Array.isArray(items)) return answers;
  return {
    ...answers,
    items: items.map((item) =>
      item && typeof item === "object" && !Array.isArray(item) && (item["level"] === "act_now" || item["safeguarding"] === "yes")
        ? { ...item, must_read: true }
        : item,
    ),
  };
}
