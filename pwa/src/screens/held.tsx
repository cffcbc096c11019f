import { verdict, type Answer, type Answers, type Schema } from "../domain/form";
import { AnswerList } from "../elements/answers";
import { Photo } from "../elements/photo-input";
import { surroundings } from "./around";
import { formName } from "./form-names";
import { usePhotosOf } from "./use-photos";
import type { Entry, View } from "./view";

/** What came in with an error: why it is here, and everything that can be read of it. */
export function Held({ entry, view }: { entry: Entry; view: View }) {
  const { words, form, text } = entry.answers;
  const answers = asAnswers(entry.answers["answers"]);
  const schema = fitting(entry, answers, view);
  // A form that fits shows the photos that its answers name.
  const shown = schema ? JSON.stringify(answers) : "";
  const besides = entry.photos.filter(({ hash }) => !shown.includes(hash));
  const keeper = usePhotosOf(entry);
  const around = { ...surroundings(view, { service: entry.service, person: entry.person }), photos: keeper };
  return (
    <div class="stack-tight">
      <p><strong>{said(words)}</strong>{typeof form === "string" && ` It was written as: ${formName(form)}.`}</p>
      {schema && answers ? <AnswerList form={schema} answers={answers} around={around} /> : answers ? <AsItCame answers={answers} /> : <Text text={said(text)} author={entry.author.name} />}
      {besides.length > 0 && (
        <div class="photos">
          {besides.map(({ hash }, index) => <Photo key={hash} hash={hash} words={`Photo ${index + 1}`} keeper={keeper} />)}
        </div>
      )}
    </div>
  );
}

/** The form that it was written in, when this phone has it and the answers fit; else they are shown as they came. */
function fitting({ answers: { form, version } }: Entry, answers: Answers | null, view: View): Schema | null {
  const schema = view.forms.get(`${said(form)}/${said(version)}`);
  return schema && answers && verdict(schema, answers).length === 0 ? schema : null;
}

function AsItCame({ answers }: { answers: Answers }) {
  return (
    <dl class="answers">
      {Object.entries(answers).map(([name, answer]) => (
        <div key={name}>
          <dt>{name.replaceAll("_", " ")}</dt>
          <dd class="kept-whole">{said(answer)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Text({ text, author }: { text: string; author: string }) {
  if (text.trim()) return <p class="kept-whole">{text}</p>;
  return <p>Nothing of it can be read. {author ? `Ask ${author} what it said.` : "Nobody knows who sent it."}</p>;
}

const said = (answer: Answer | undefined): string =>
  typeof answer === "string" ? answer : answer === undefined || answer === null ? "" : JSON.stringify(answer);

const asAnswers = (answer: Answer | undefined): Answers | null =>
  typeof answer === "object" && answer !== null && !Array.isArray(answer) ? answer : null;
