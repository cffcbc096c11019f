import type { Answers } from "../domain/form";
import { Button } from "../elements/button";
import { signsIn } from "./urgency";

/** Whether a visit note says something that a manager may need to know, and its writer said that nothing worried them. */
export const isAskDue = (form: string, answers: Answers): boolean =>
  form === "visit-note" && answers["worried"] === "no" && signsIn(String(answers["note"] ?? "")).length > 0;

interface GentleAskProps {
  answers: Answers;
  onWorry: () => void;
  onSend: () => void;
}

/** Asked once, before sending. Whoever wrote it knows best, and may send it as it is. */
export function GentleAsk({ answers, onWorry, onSend }: GentleAskProps) {
  const words = [...new Set(signsIn(String(answers["note"] ?? "")))].slice(0, 3);
  return (
    <div class="stack">
      <h1 tabIndex={-1}>You wrote “{words.join("”, “")}”. Does a manager need to know?</h1>
      <p class="soft">You know best. We only ask once.</p>
      <div class="options">
        <Button wide onPress={onWorry}>Yes, it worries me</Button>
        <Button wide kind="quiet" onPress={onSend}>No, send the note as it is</Button>
      </div>
    </div>
  );
}
