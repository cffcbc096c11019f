import { nobodyReads } from "../domain/conflict";
import { judgeConcern } from "../domain/rules";
import { OutsideNumbers } from "../elements/outside-numbers";
import type { Entry, Standing, View } from "./view";

/** Whom to ring outside, for the writer of a concern that nobody inside may read; nothing while somebody may. */
export function NobodyLeft({ entry, standing, view }: { entry: Entry; standing: Standing | null; view: View }) {
  const service = view.services.find(({ id }) => id === entry.service);
  if (!service || !isNobodyLeft(entry, standing, view)) return null;
  return <OutsideNumbers division={service.division} council={service.councilNumber} />;
}

/** Whether its writer must ring somebody outside, and nobody here: whoever is on call may be whom it is about. */
export const isNobodyLeft = (entry: Entry, standing: Standing | null, view: View): boolean =>
  entry.author.id === view.worker.id && !standing?.seenBy && isAlone(entry, standing, view);

/** What the server said, or until it has said anything what this phone can tell by itself. */
function isAlone(entry: Entry, standing: Standing | null, view: View): boolean {
  if (standing) return standing.alone;
  const service = view.services.find(({ id }) => id === entry.service);
  if (entry.form !== "concern" || !service || service.leads.length === 0) return false;
  const { answers, author } = entry;
  const isRestricted = judgeConcern(answers).restricted || "who_name" in answers || "private_from" in answers;
  return isRestricted && nobodyReads(answers, view.workers, author.id, service);
}
