import type { ComponentChildren } from "preact";
import { questions, type Answer, type Answers, type Question, type Schema } from "../domain/form";
import { markWords } from "./body-map";
import { linesIn } from "./line-list";
import { Photo } from "./photo-input";
import { titleOf } from "./question";
import type { Surroundings } from "./surroundings";
import { pounds, when } from "./when";

interface AnswersProps {
  form: Schema;
  answers: Answers;
  around: Surroundings;
  /** Beside each answer, a link that leads back to its question. */
  onChange?: (question: Question) => void;
  /** Paths of questions that still need an answer. */
  missing?: ReadonlySet<string>;
  /** A question that is shown elsewhere. */
  without?: string | null;
}

/** The answers with the words of the form: to check before sending, and to read for ever after. */
export function AnswerList({ form, answers, around, onChange, missing, without }: AnswersProps) {
  const asked = questions(form, answers, around.context).filter(({ name, hidden }) => !hidden && name !== without);
  return (
    <dl class="answers">
      {asked.map((question) => {
        const answer = answers[question.name];
        const isMissing = missing?.has(question.name) ?? false;
        if (answer === undefined && !onChange && !isMissing) return null;
        const title = titleOf(question, around.named);
        return (
          <div key={question.name}>
            <dt>{title}</dt>
            <dd>
              {onChange && (
                <button type="button" class="button button-plain answer-change" onClick={() => onChange(question)}>
                  Change<span class="only-heard">: {title}</span>
                </button>
              )}
              {answer === undefined ? (
                <span class={isMissing ? "answer-missing" : "soft"}>{isMissing ? "You need to answer this" : "Left empty"}</span>
              ) : (
                shown(question, answer, around)
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function shown(question: Question, answer: Answer, around: Surroundings): ComponentChildren {
  switch (question.widget) {
    case "yns":
    case "choice":
    case "multi":
      return list(answer).map((value) => question.options.find((option) => option.value === value)?.label ?? value).join(", ");
    case "person":
      return list(answer).map((id) => (id === "someone_else" ? "Someone else" : (around.nameOf(id) ?? "Somebody not on this phone"))).join(", ");
    case "staff":
      return list(answer).map((id) => around.nameOf(id) ?? "Somebody not on this phone").join(", ");
    case "money":
      return typeof answer === "number" ? pounds(answer) : "";
    case "datetime":
      return typeof answer === "string" ? when(answer, around.now) : "";
    case "record":
      return list(answer).map((key) => around.records.find((record) => record.value === key)?.label ?? "Something you cannot read here").join(", ");
    case "tick":
      return answer === true ? "Yes" : "No";
    case "photo":
      return (
        <div class="photos">
          {list(answer).map((hash, index) => <Photo key={hash} hash={hash} words={`Photo ${index + 1}`} keeper={around.photos} />)}
        </div>
      );
    case "bodymap":
      return (
        <ul class="bullets">
          {linesIn(answer).map((mark, index) => <li key={index}>{markWords(mark)}</li>)}
        </ul>
      );
    case "list":
      return linesIn(answer).map((line, index) =>
        question.item ? <div class="line-item" key={index}><AnswerList form={question.item} answers={line} around={around} /></div> : null);
    default:
      return typeof answer === "object" ? JSON.stringify(answer) : String(answer);
  }
}

const list = (answer: Answer): string[] => (Array.isArray(answer) ? answer.map(String) : [String(answer)]);
