import { judgeConcern } from "../domain/rules";
import { AnswerList } from "../elements/answers";
import { Button } from "../elements/button";
import { ErrorSummary } from "../elements/error-summary";
import { inputId } from "../elements/field";
import { SeverityMark, WhyUrgent } from "../elements/severity";
import { draftWords } from "./state-words";
import { go, to } from "./route";
import type { Sheet } from "./use-writing";
import { pageOf } from "./write";

interface WriteCheckProps {
  sheet: Sheet;
  /** How often Send was pressed while answers were missing. */
  attempt: number;
  busy: boolean;
  steps: boolean;
  onSend: () => void;
}

/** Check your answers: everything as it will be read, with a way back to each question. */
export function WriteCheck({ sheet, attempt, busy, steps, onSend }: WriteCheckProps) {
  const urgency = sheet.writing.form === "concern" ? judgeConcern(sheet.writing.answers) : null;
  const missing = sheet.problems.length;
  const goTo = (field: string): void => {
    go(to("write", sheet.writing.id, steps ? String(pageOf(sheet, field)) : "1"));
    // The question is drawn first; then the cursor can go there.
    setTimeout(() => {
      const input = document.getElementById(inputId(field)) ?? document.getElementById(inputId(field.split(".")[0] ?? ""));
      input?.focus();
      input?.scrollIntoView({ block: "center" });
    }, 60);
  };
  return (
    <>
      {attempt > 0 && <ErrorSummary problems={sheet.problems} attempt={attempt} onGo={goTo} />}
      {missing > 0 && attempt === 0 && <p class="state-draft">{draftWords(missing)}</p>}
      {urgency && (
        <div class="panel">
          <SeverityMark severity={urgency.severity} />
          <WhyUrgent why={urgency.why} open={urgency.severity === "red"} />
          {urgency.restricted && <p>Only the safeguarding lead and the nominated individual will see this. Nobody you name will see it.</p>}
        </div>
      )}
      <AnswerList
        form={sheet.form}
        answers={sheet.writing.answers}
        around={sheet.around}
        onChange={({ name }) => goTo(name)}
        missing={new Set(sheet.problems.map(({ field }) => field.split(".")[0] ?? field))}
      />
      <div class="form-actions">
        <Button kind="quiet" icon="back" onPress={() => history.back()}>Back</Button>
        <Button busy={busy} onPress={onSend}>Send</Button>
      </div>
    </>
  );
}
