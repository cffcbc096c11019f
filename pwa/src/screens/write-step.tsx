import { useState } from "preact/hooks";
import { Button } from "../elements/button";
import { ErrorSummary } from "../elements/error-summary";
import { inputId } from "../elements/field";
import { Progress } from "../elements/progress";
import { Question } from "../elements/question";
import { go, to } from "./route";
import type { Sheet } from "./use-writing";

/** Whoever is at the scene of a danger answers three questions and sends. */
const DANGER_PATH = 3;

interface WriteStepProps {
  sheet: Sheet;
  step: number;
  busy: boolean;
  onSend: () => void;
}

/** One question on a small phone, with those that belong beside it. */
export function WriteStep({ sheet, step, busy, onSend }: WriteStepProps) {
  const [attempt, setAttempt] = useState(0);
  const page = sheet.pages[step - 1] ?? [];
  const here = sheet.problems.filter(({ field }) => page.some(({ name }) => name === field.split(".")[0]));
  const shown = attempt > 0 ? here : [];
  const errors = new Map(shown.map(({ field, words }) => [field, words]));
  const goTo = (place: number): void =>
    go(place > sheet.pages.length ? to("write", sheet.writing.id, "check") : to("write", sheet.writing.id, String(place)));
  const isDanger = sheet.writing.answers["danger_now"] === "yes";
  const isDangerReady = isDanger && sheet.problems.length === 0 && step >= DANGER_PATH;
  const isEnough = !isDangerReady && sheet.problems.length === 0 && step < sheet.pages.length;
  const next = (): void => {
    // Asked once to answer; after that anybody may go on, and the answer is asked for again before sending.
    if (here.length > 0 && attempt === 0) {
      // One thing that is missing is said beside its question, which must be in sight then.
      if (here.length === 1) scrollTo(0, 0);
      return setAttempt(1);
    }
    goTo(step + 1);
  };
  return (
    <>
      <Progress at={step} of={isDanger && step <= DANGER_PATH ? DANGER_PATH : sheet.pages.length} />
      {shown.length > 1 && <ErrorSummary problems={shown} attempt={attempt} onGo={(field) => document.getElementById(inputId(field))?.focus()} />}
      {shown.length === 1 && <p class="only-heard" role="alert">{shown[0]?.words}</p>}
      {page.map((asked, index) => (
        <Question
          key={asked.name}
          asked={asked}
          at={asked.name}
          answer={sheet.writing.answers[asked.name]}
          answers={sheet.writing.answers}
          errors={errors}
          around={sheet.around}
          alone={index === 0}
          onAnswer={(answer) => sheet.answer(asked.name, answer)}
        />
      ))}
      {isEnough && (
        <div class="row">
          <Button kind="plain" onPress={() => goTo(sheet.pages.length + 1)}>Leave the rest, check and send</Button>
        </div>
      )}
      <div class="form-actions">
        {step > 1 && <Button kind="quiet" icon="back" onPress={() => goTo(step - 1)}>Back</Button>}
        {isDangerReady && <Button kind="danger" busy={busy} onPress={onSend}>Send now</Button>}
        <Button kind={isDangerReady ? "quiet" : "main"} onPress={next}>{shown.length > 0 ? "Leave it for now" : isDangerReady ? "Add more" : "Next"}</Button>
      </div>
    </>
  );
}
