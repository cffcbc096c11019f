import type { Answer, Answers, Question as Asked } from "../domain/form";
import { BodyMap } from "./body-map";
import { DateTime } from "./date-time";
import { Field } from "./field";
import { LineList } from "./line-list";
import { MoneyQuestion } from "./money-question";
import { NumberInput } from "./number-input";
import { Options } from "./options";
import { PersonInput } from "./person-input";
import { PhotoInput } from "./photo-input";
import { RecordInput } from "./record-input";
import { Ring } from "./ring";
import type { Surroundings } from "./surroundings";
import { TextInput } from "./text-input";
import { Tick } from "./tick";

export interface QuestionProps {
  asked: Asked;
  /** The path of the answer: the question's name, or `items.0.changed` inside a list. */
  at: string;
  answer: Answer | undefined;
  /** All answers of the form, or of the line of the list. */
  answers: Answers;
  /** What is wrong, by path; a list looks up its own lines. */
  errors: ReadonlyMap<string, string>;
  around: Surroundings;
  alone?: boolean;
  onAnswer: (answer: Answer | undefined) => void;
}

const grouped = new Set(["yns", "choice", "multi", "datetime", "photo", "bodymap", "person", "staff", "record", "list"]);

const texts = (answer: Answer | undefined): string[] =>
  Array.isArray(answer) ? answer.filter((value) => typeof value === "string") : typeof answer === "string" ? [answer] : [];

/** The title as it is asked of this person: "Was Joan her usual self?" becomes possible once the name is known. */
export const titleOf = (asked: Asked, named: string | null): string =>
  named && asked.titleNamed ? asked.titleNamed.replace("{name}", named) : asked.title;

/** One question of a form with its control, whatever kind it is. */
export function Question(props: QuestionProps) {
  const { asked, at, answer, errors, around, alone } = props;
  const error = errors.get(at) ?? null;
  if (asked.widget === "tick") return <Tick at={at} title={titleOf(asked, around.named)} help={asked.help} error={error} ticked={answer === true} alone={alone ?? false} onTick={(ticked) => props.onAnswer(ticked || undefined)} />;
  return (
    <Field
      at={at}
      title={titleOf(asked, around.named)}
      help={asked.help}
      error={error}
      optional={asked.optionalWords}
      alone={alone ?? false}
      group={grouped.has(asked.widget)}
    >
      <Control {...props} error={error} />
      <Tips asked={asked} answer={answer} around={around} />
    </Field>
  );
}

function Control({ asked, at, answer, answers, errors, around, error, onAnswer }: QuestionProps & { error: string | null }) {
  const shared = { at, help: asked.help, error };
  const one = (values: string[]): void => onAnswer(asked.many ? (values.length ? values : undefined) : values[0]);
  switch (asked.widget) {
    case "yns":
    case "choice":
    case "multi":
      return <Options at={at} options={asked.options} chosen={texts(answer)} many={asked.many} across={asked.widget === "yns"} onChoose={one} />;
    case "datetime":
      return (
        <DateTime
          at={at} moment={typeof answer === "string" ? answer : null} now={around.now} past={!asked.isAhead || asked.startsAt === "now"}
          onMoment={(moment) => onAnswer(moment ?? undefined)}
        />
      );
    case "money":
      return <MoneyQuestion {...shared} asked={asked} expected={asked.expected?.(answers)} pence={typeof answer === "number" ? answer : null} around={around} onPence={(pence) => onAnswer(pence ?? undefined)} />;
    case "number":
      return <NumberInput {...shared} number={typeof answer === "number" ? answer : null} onNumber={(number) => onAnswer(number ?? undefined)} />;
    case "photo":
      return <PhotoInput {...shared} hashes={texts(answer)} most={asked.many ? (asked.most ?? 3) : 1} keeper={around.photos} onHashes={one} />;
    case "bodymap":
      return <BodyMap at={at} asked={asked} answer={answer} errors={errors} around={around} onAnswer={onAnswer} />;
    case "person":
    case "staff": {
      const listed = asked.widget === "person" ? around.people : around.workers;
      return (
        <PersonInput
          at={at} people={listed} chosen={texts(answer)[0] ?? null} chosenMany={texts(answer)} many={asked.many}
          other={asked.allowsOther ? { value: "someone_else", label: "Someone else" } : null} onChoose={one}
        />
      );
    }
    case "record":
      return <RecordInput at={at} records={around.records} chosen={texts(answer)} many={asked.many} onChoose={one} />;
    case "list":
      return <LineList at={at} asked={asked} answer={answer} errors={errors} around={around} onAnswer={onAnswer} />;
    default:
      return (
        <TextInput
          {...shared} value={typeof answer === "string" ? answer : ""} most={asked.most} chips={asked.chips} prompts={asked.prompts}
          long={asked.widget === "longtext"} onInput={(text) => onAnswer(text || undefined)}
        />
      );
  }
}

/** What to say once an option is chosen, and the numbers it makes worth ringing. */
function Tips({ asked, answer, around }: { asked: Asked; answer: Answer | undefined; around: Surroundings }) {
  const chosen = asked.options.filter((option) => texts(answer).includes(option.value));
  const tips = chosen.flatMap((option) => option.tip ?? []);
  const calls = [...new Set(chosen.flatMap((option) => option.calls))];
  if (!tips.length && !calls.length) return <div role="status" />;
  return (
    <div class="tip" role="status">
      {tips.map((tip) => <p key={tip}>{tip}</p>)}
      <div class="row">
        {calls.map((call) =>
          call !== "on_call" ? <Ring key={call} number={call} name={call} urgent={call === "999"} />
          : around.numbers.onCall ? <Ring key={call} number={around.numbers.onCall} name="on-call" /> : null)}
      </div>
    </div>
  );
}
