import type { Answers } from "../domain/form";
import { lexicon } from "../domain/rules";
import { Button } from "../elements/button";

/** The words of a note that a manager may need to know of, where the writer did not deny them. */
const signsIn = (answers: Answers): string[] => [
  ...new Set(
    [answers["note"], answers["different"]]
      .filter((text): text is string => typeof text === "string")
      .flatMap((text) => lexicon.hits(text))
      .filter(({ status }) => status === "affirmed")
      .map(({ words }) => words),
  ),
];

/** Whether a visit note says something like that while its writer said that nothing worried them. */
export const isAskDue = (form: string, answers: Answers): boolean =>
  form === "visit-note" && answers["worried"] === "no" && signsIn(answers).length > 0;

interface GentleAskProps {
  answers: Answers;
  onWorry: () => void;
  onTold: () => void;
  onSend: () => void;
}

const FEW = 3;

/** Asked once, before sending. Whoever wrote it knows best, and may send it as it is. */
export function GentleAsk({ answers, onWorry, onTold, onSend }: GentleAskProps) {
  return (
    <div class="stack">
      <h1 tabIndex={-1}>You wrote “{signsIn(answers).slice(0, FEW).join("”, “")}”. Does a manager need to know?</h1>
      <p class="soft">You know best. We only ask once.</p>
      <div class="options">
        <Button wide onPress={onWorry}>Yes, tell them</Button>
        <Button wide kind="quiet" onPress={onTold}>I have told somebody already</Button>
        <Button wide kind="quiet" onPress={onSend}>No, send the note as it is</Button>
      </div>
    </div>
  );
}
