// What became of something that was sent.

export interface Outcome {
  id: string;
  key_id: string;
  outcome: "accepted" | "repeated" | "quarantined";
  effect: "counted" | "none";
  reason: string | null;
  words: string;
}

/** Whether an answer to a batch is one of ours: a captive portal also says 200. */
export function areOutcomes(answer: unknown): answer is { outcomes: Outcome[]; server_time: string; epoch: number } {
  if (typeof answer !== "object" || answer === null || !("outcomes" in answer)) return false;
  const { outcomes } = answer;
  return Array.isArray(outcomes) && outcomes.every((each) => typeof each?.id === "string" && OUTCOMES.has(each.outcome));
}

const OUTCOMES = new Set(["accepted", "repeated", "quarantined"]);
