// The rules in force, as this version of the app brings them.
import lexiconFile from "../../../schemas/rules/lexicon.json" with { type: "json" };
import severityFile from "../../../schemas/rules/severity.json" with { type: "json" };
import type { Answers } from "./form.ts";
import { makeLexicon } from "./lexicon.ts";
import type { Hit } from "./lexicon.ts";
import { judge } from "./severity.ts";
import type { Judgement, SeverityFile } from "./severity.ts";

export const lexicon = makeLexicon(lexiconFile);

/** How grave this concern is by what is on this phone. The server judges again, and knows of other concerns. */
export function judgeConcern(answers: Answers): Judgement {
  const story = answers["what_happened"];
  return judge(severityFile as SeverityFile, answers, typeof story === "string" ? lexicon.hits(story) : [], 0);
}

/** What a note says that may be a strong sign, where the writer did not deny it. */
export const suspectHits = (note: string): Hit[] => lexicon.hits(note).filter(({ level, status }) => level === "suspect" && status === "affirmed");
