// The rules in force, as this version of the app brings them.
import bankHolidaysFile from "../../../schemas/rules/bank-holidays.json" with { type: "json" };
import lexiconFile from "../../../schemas/rules/lexicon.json" with { type: "json" };
import severityFile from "../../../schemas/rules/severity.json" with { type: "json" };
import { dueAfterWorkingDays } from "./deadline.ts";
import type { Due } from "./deadline.ts";
import type { Answers } from "./form.ts";
import { makeLexicon } from "./lexicon.ts";
import type { Hit } from "./lexicon.ts";
import { judge } from "./severity.ts";
import type { Judgement, SeverityFile } from "./severity.ts";
import type { Calendar, Division } from "./working-days.ts";

const calendar: Calendar = bankHolidaysFile;
/** Every indicator is reviewed by the end of the next working day. */
const REVIEW_WITHIN = 1;

export const lexicon = makeLexicon(lexiconFile);

/** How grave this concern is by what is on this phone. The server judges again, and knows of other concerns. */
export function judgeConcern(answers: Answers): Judgement {
  const story = answers["what_happened"];
  return judge(severityFile as SeverityFile, answers, typeof story === "string" ? lexicon.hits(story) : [], 0);
}

/** What a text says that may be a strong sign, where the writer did not deny it. */
const suspectHits = (text: string): Hit[] => lexicon.hits(text).filter(({ level, status }) => level === "suspect" && status === "affirmed");

export const isDivision = (name: string): name is Division => Object.hasOwn(calendar.divisions, name);

/** Whether a manager must look: at every concern, and at a note that worried its writer or holds a strong sign. */
export function needsReview(form: string, answers: Answers): boolean {
  if (form !== "visit-note") return form === "concern";
  const { worried, note, different } = answers;
  return worried === "yes" || worried === "not_sure" || [note, different].some((text) => typeof text === "string" && suspectHits(text).length > 0);
}

/** By when somebody must decide about what was written at a moment: the close of the next working day. */
export const reviewDue = (recordedAt: Date, division: Division): Due => dueAfterWorkingDays(recordedAt, REVIEW_WITHIN, division, calendar);
