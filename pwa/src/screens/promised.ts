// What the server will promise about an entry that has not reached it yet, so that its writer knows by when.
import { isDivision, needsReview, reviewDue } from "../domain/rules";
import type { Deadline, Thread, View } from "./view";

/** By when somebody must decide about what still waits on this phone. */
export function promised(thread: Thread, view: View): Deadline[] {
  const root = thread.entries[0];
  const division = view.services.find(({ id }) => id === thread.service)?.division;
  if (thread.standing || root?.place !== "waiting" || !division || !isDivision(division)) return [];
  if (!needsReview(root.form, root.answers)) return [];
  const { at, working } = reviewDue(new Date(root.recordedAt), division);
  return [{ rule: "review", start: root.recordedAt, due: at.toISOString(), stop: null, working }];
}
