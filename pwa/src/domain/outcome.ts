// What became of something that was sent.

export interface Outcome {
  id: string;
  key_id: string;
  outcome: "accepted" | "repeated" | "quarantined";
  effect: "counted" | "none";
  reason: string | null;
  words: string;
}

/** What became of a batch, and the receipt for it. A server of an earlier version gives none. */
export interface Outcomes {
  outcomes: Outcome[];
  receipt: string | null;
  epoch: number;
}

/** Whether an answer to a batch is one of ours: a captive portal also says 200. */
export function areOutcomes(answer: unknown): answer is Omit<Outcomes, "receipt"> & { receipt?: string } {
  if (typeof answer !== "object" || answer === null || !("outcomes" in answer)) return false;
  const { outcomes } = answer;
  return Array.isArray(outcomes) && outcomes.every((each) => typeof each?.id === "string" && OUTCOMES.has(each.outcome));
}

const OUTCOMES = new Set(["accepted", "repeated", "quarantined"]);
