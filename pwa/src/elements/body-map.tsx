import { useState } from "preact/hooks";
import { questions, type Answer, type Answers, type Question as Asked } from "../domain/form";
import { centreOf, nearestPart, outlineOf, partNames, type Side } from "./body-outline";
import { Button } from "./button";
import { linesIn } from "./line-list";
import { Question } from "./question";
import type { Surroundings } from "./surroundings";

interface BodyMapProps {
  at: string;
  asked: Asked;
  answer: Answer | undefined;
  errors: ReadonlyMap<string, string>;
  around: Surroundings;
  onAnswer: (answer: Answer | undefined) => void;
}

const sideOf = (mark: Answers): Side => (mark["side"] === "back" ? "back" : "front");
const number = (answer: Answer | undefined): number => (typeof answer === "number" ? answer : 0);

/** "Front, left hand" */
export const placeName = (mark: Answers): string => {
  const side = sideOf(mark);
  return `${side === "front" ? "Front" : "Back"}, ${nearestPart(side, number(mark["x"]), number(mark["y"]))}`;
};

/** "Front, left hand: bruise, like a 2p coin, red" */
export function markWords(mark: Answers): string {
  const seen = ["note", "size", "colour"].flatMap((name) => (typeof mark[name] === "string" ? [String(mark[name]).toLowerCase()] : []));
  return seen.length ? `${placeName(mark)}: ${seen.join(", ")}` : placeName(mark);
}

/** Where somebody is hurt: a tap on the outline, or a part chosen from a list without a pointer. */
export function BodyMap({ at, asked, answer, errors, around, onAnswer }: BodyMapProps) {
  const marks = linesIn(answer);
  const form = asked.item;
  const [latest, setLatest] = useState<number | null>(null);
  if (!form) return null;
  const add = (side: Side, x: number, y: number): void => {
    if (asked.most !== null && marks.length >= asked.most) return;
    setLatest(marks.length);
    onAnswer([...marks, { side, x, y }]);
  };
  const change = (index: number, mark: Answers): void => onAnswer(marks.map((other, place) => (place === index ? mark : other)));
  const remove = (index: number): void => onAnswer(marks.length > 1 ? marks.filter((_, place) => place !== index) : undefined);
  return (
    <div class="stack">
      <div class="bodies">
        <Outline side="front" marks={marks} onTap={add} />
        <Outline side="back" marks={marks} onTap={add} />
      </div>
      <PartPicker at={at} onPick={add} />
      <p class="only-heard" role="status">{latest !== null && marks[latest] ? `Marked: ${placeName(marks[latest])}` : ""}</p>
      {marks.map((mark, index) => (
        <section class="line-item" key={index} aria-label={`Mark ${index + 1}: ${placeName(mark)}`}>
          <div class="row row-apart">
            <strong>{index + 1}. {placeName(mark)}</strong>
            <Button kind="plain" onPress={() => remove(index)}>Remove<span class="only-heard"> mark {index + 1}</span></Button>
          </div>
          {questions(form, mark, around.context).filter(({ hidden, name }) => !hidden && name !== "side").map((inner) => (
            <Question
              key={inner.name} asked={inner} at={`${at}.${index}.${inner.name}`} answer={mark[inner.name]} answers={mark}
              errors={errors} around={around} onAnswer={(value) => change(index, { ...mark, [inner.name]: value })}
            />
          ))}
        </section>
      ))}
    </div>
  );
}

function Outline({ side, marks, onTap }: { side: Side; marks: Answers[]; onTap: (side: Side, x: number, y: number) => void }) {
  const words = side === "front" ? "Front" : "Back";
  const tap = (event: MouseEvent & { currentTarget: SVGSVGElement }): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const within = (place: number, start: number, size: number): number =>
      Math.max(0, Math.min(1000, Math.round(((place - start) / size) * 1000)));
    onTap(side, within(event.clientX, box.left, box.width), within(event.clientY, box.top, box.height));
  };
  return (
    <figure class="body">
      <figcaption>{words}</figcaption>
      {/* Pointers only: the list of parts below does the same for keyboards and screen readers. */}
      <svg viewBox="0 0 120 260" aria-hidden="true" onClick={tap}>
        <g class="body-outline">{outlineOf(side).map(({ words: part, path, mirrored }) => <path key={part} d={path} transform={mirrored ? "matrix(-1 0 0 1 120 0)" : undefined} />)}</g>
        {marks.map((mark, index) =>
          sideOf(mark) === side ? (
            <g class="body-mark" key={index}>
              <circle cx={number(mark["x"]) * 0.12} cy={number(mark["y"]) * 0.26} r="7" />
              <text x={number(mark["x"]) * 0.12} y={number(mark["y"]) * 0.26 + 3.2}>{index + 1}</text>
            </g>
          ) : null,
        )}
      </svg>
    </figure>
  );
}

function PartPicker({ at, onPick }: { at: string; onPick: (side: Side, x: number, y: number) => void }) {
  const [part, setPart] = useState("");
  const pick = (): void => {
    const [side, words] = part.split("/") as [Side, string];
    const centre = centreOf(side, words);
    if (centre) onPick(side, ...centre);
    setPart("");
  };
  return (
    <div class="row row-fields">
      <label class="part">
        Or choose from a list
        <select class="input" id={`f-${at}`} value={part} onChange={(event) => setPart(event.currentTarget.value)}>
          <option value="">Choose a part</option>
          {(["front", "back"] as const).map((side) => (
            <optgroup key={side} label={side === "front" ? "Front" : "Back"}>
              {partNames(side).map((words) => <option key={words} value={`${side}/${words}`}>{words}</option>)}
            </optgroup>
          ))}
        </select>
      </label>
      <Button kind="quiet" onPress={() => part && pick()}>Mark it</Button>
    </div>
  );
}
