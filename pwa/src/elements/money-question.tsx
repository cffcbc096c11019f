import type { Question } from "../domain/form";
import { MoneyInput } from "./money-input";
import type { Surroundings } from "./surroundings";
import { pounds } from "./when";

interface MoneyQuestionProps {
  at: string;
  asked: Question;
  /** What the count should come to, in pence, when the form has a rule for it. */
  expected: number | undefined;
  pence: number | null;
  help: string | null;
  error: string | null;
  around: Surroundings;
  onPence: (pence: number | null) => void;
}

/** A sum of money beside what the phone knows about it. What a count should come to is shown only after the count. */
export function MoneyQuestion({ at, asked, expected, pence, help, error, around, onPence }: MoneyQuestionProps) {
  return (
    <>
      <MoneyInput at={at} pence={pence} help={help} error={error} onPence={onPence} />
      <p role="status" class="soft">{comparison(asked, expected, pence, around)}</p>
    </>
  );
}

function comparison(asked: Question, expected: number | undefined, pence: number | null, around: Surroundings): string {
  if (!asked.compare) return "";
  const { to, shown } = asked.compare;
  const known = to === "last_closing" ? around.context.lastClosing : expected;
  if (typeof known !== "number" || (pence === null && shown === "after")) return "";
  const before = to === "last_closing" ? `Last time ${pounds(known)} was left.` : `We expected ${pounds(known)}.`;
  if (pence === null) return before;
  if (pence === known) return "The money adds up.";
  const gap = `${pounds(Math.abs(pence - known))} ${pence < known ? "less" : "more"}`;
  return `${before} Your count is ${gap}. Please count again. Then go on, even if it is still different.`;
}
