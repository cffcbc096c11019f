import { judgeConcern, lexicon } from "../domain/rules";
import type { Judgement } from "../domain/severity";
import type { Writing } from "./desk";
import type { View } from "./view";

/** How urgent this phone takes a concern to be, and why; null for anything that is no concern. */
export function urgencyOf(writing: Writing, _view: View): Judgement | null {
  return writing.form === "concern" ? judgeConcern(writing.answers) : null;
}

/** The words of a note that may be signs of harm, where the writer did not deny them. */
export const signsIn = (note: string): string[] =>
  lexicon
    .hits(note)
    .filter(({ status }) => status === "affirmed")
    .map(({ words }) => words);
