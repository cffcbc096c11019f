import { when } from "../elements/when";

/** What is known about something written on this phone or fetched to it. */
export interface Progress {
  form: string;
  /** draft: still being written; waiting: saved, not sent; sent: the office has it; refused: kept apart. */
  place: "draft" | "waiting" | "sent" | "kept_apart";
  /** How many answers are missing from a draft. */
  missing: number;
  sentAt: string | null;
  seenBy: { name: string; at: string } | null;
  decided: { name: string; at: string; decision: string; words: string } | null;
  /** Why it was kept apart, or why it counts for nothing. */
  reason: string | null;
  /** A number to ring when nobody has looked. */
  number: string | null;
}

export type Tone = "draft" | "waiting" | "sent" | "seen" | "wrong";

/** The state of an entry in the words of whoever wrote it. */
export function stateWords(progress: Progress, now: Date): { tone: Tone; words: string; number: string | null } {
  const { place, decided, seenBy, sentAt, number } = progress;
  const say = (tone: Tone, words: string, ring: string | null = null) => ({ tone, words, number: ring });
  if (place === "draft") return say("draft", draftWords(progress.missing));
  if (place === "waiting") return say("waiting", "Saved on this phone. Not sent yet.", progress.form === "concern" ? number : null);
  if (place === "kept_apart") return say("wrong", progress.reason ?? "The office has it, but it could not be read. Ring your office.", number);
  if (progress.reason) return say("wrong", progress.reason);
  if (decided) return say(isQuestion(decided) ? "waiting" : "seen", `${decided.words.replace(/\.$/, "")}. ${decided.name}, ${when(decided.at, now)}.`);
  if (seenBy) return say("seen", `Seen by ${seenBy.name} ${when(seenBy.at, now)}`);
  if (progress.form === "concern") return say("sent", `Sent${sentAt ? ` ${when(sentAt, now)}` : ""}. Not seen yet.`, number);
  return say("sent", sentAt ? `Sent ${when(sentAt, now)}` : "Sent");
}

/** Decided for now: the writer must answer something first. */
export const isQuestion = ({ decision }: { decision: string }): boolean => decision === "more_information" || decision === "query";

export const draftWords = (missing: number): string =>
  missing === 0 ? "Not sent – you have not pressed Send" : `Not sent – ${missing} answer${missing === 1 ? "" : "s"} missing`;

/** "2 not sent yet", always in sight. */
export const unsentWords = (count: number): string => (count === 0 ? "All sent" : `${count} not sent yet`);
