import { questions, type Answer, type Answers, type Question as Asked } from "../domain/form";
import { Button } from "./button";
import { Question } from "./question";
import type { Surroundings } from "./surroundings";

interface LineListProps {
  at: string;
  asked: Asked;
  answer: Answer | undefined;
  errors: ReadonlyMap<string, string>;
  around: Surroundings;
  onAnswer: (answer: Answer | undefined) => void;
}

export const linesIn = (answer: Answer | undefined): Answers[] =>
  Array.isArray(answer) ? answer.filter((line): line is Answers => typeof line === "object" && line !== null && !Array.isArray(line)) : [];

/** Several of the same thing, each with questions of its own: the people in a handover, the things to do. */
export function LineList({ at, asked, answer, errors, around, onAnswer }: LineListProps) {
  const lines = linesIn(answer);
  const form = asked.item;
  if (!form) return null;
  const what = asked.itemTitle ?? "Item";
  const change = (index: number, line: Answers): void => onAnswer(lines.map((other, place) => (place === index ? line : other)));
  const add = (): void => {
    onAnswer([...lines, {}]);
    const first = questions(form, {}, around.context)[0];
    if (first) requestAnimationFrame(() => document.getElementById(`f-${at}.${lines.length}.${first.name}`)?.focus());
  };
  return (
    <div class="stack">
      {lines.map((line, index) => (
        <section class="line-item" key={index} aria-label={`${what} ${index + 1}`}>
          <div class="row row-apart">
            <strong>{what} {index + 1}</strong>
            <Button kind="plain" onPress={() => onAnswer(lines.length > 1 ? lines.filter((_, place) => place !== index) : undefined)}>
              Remove<span class="only-heard"> {what.toLowerCase()} {index + 1}</span>
            </Button>
          </div>
          {questions(form, line, around.context).filter((inner) => !inner.hidden).map((inner) => (
            <Question
              key={inner.name}
              asked={inner}
              at={`${at}.${index}.${inner.name}`}
              answer={line[inner.name]}
              answers={line}
              errors={errors}
              around={around}
              onAnswer={(value) => change(index, { ...line, [inner.name]: value })}
            />
          ))}
        </section>
      ))}
      {(asked.most === null || lines.length < asked.most) && (
        <button type="button" class="button button-quiet button-wide" id={`f-${at}`} onClick={add}>
          + Add {lines.length ? "another" : ""} {what.toLowerCase()}
        </button>
      )}
    </div>
  );
}
