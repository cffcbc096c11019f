import { useState } from "preact/hooks";
import { Button } from "../elements/button";
import { ErrorSummary } from "../elements/error-summary";
import { inputId } from "../elements/field";
import { Progress } from "../elements/progress";
import { Question } from "../elements/question";
import { go, to } from "./route";
import type { Sheet } from "./use-writing";

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
  const isDangerReady = sheet.writing.answers["danger_now"] === "yes" && sheet.problems.length === 0 && step >= 3;
  const next = (): void => {
    // Asked once to answer; after that anybody may go on, and the answer is asked for again before sending.
    if (here.length > 0 && attempt === 0) return setAttempt(1);
    goTo(step + 1);
  };
  return (
    <>
      <Progress at={step} of={sheet.pages.length} />
      <ErrorSummary problems={shown} attempt={attempt} onGo={(field) => document.getElementById(inputId(field))?.focus()} />
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
      <div class="form-actions">
        {step > 1 && <Button kind="quiet" icon="back" onPress={() => goTo(step - 1)}>Back</Button>}
        {isDangerReady && <Button kind="danger" busy={busy} onPress={onSend}>Send now</Button>}
        <Button kind={isDangerReady ? "quiet" : "main"} onPress={next}>{shown.length > 0 ? "Leave it for now" : isDangerReady ? "Add more" : "Next"}</Button>
      </div>
    </>
  );
}
