import { useState } from "preact/hooks";
import type { Answers } from "../domain/form";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { ErrorSummary } from "../elements/error-summary";
import { Field, inputId } from "../elements/field";
import { linesIn } from "../elements/line-list";
import { TextInput } from "../elements/text-input";
import { notKeptWords } from "../store/not-kept";
import { personName } from "./names";
import { useAct } from "./use-act";
import { useQuickWriting } from "./use-quick-writing";
import { useView, type Entry, type Thread } from "./view";

/** The version of a handover that counts: the last correction. */
const current = (thread: Thread): Entry | undefined => [...thread.entries].reverse().find(({ form }) => form === "handover");

const mustBeRead = (item: Answers): boolean => item["must_read"] === true || item["level"] === "act_now" || item["safeguarding"] === "yes";

const text = (answer: unknown): string => (typeof answer === "string" ? answer : "");

/** Asked of each reader for themselves: "I have read it", and what they will do about what must be read. */
export function HandoverReading({ thread }: { thread: Thread }) {
  const handover = current(thread);
  return handover ? <Reading thread={thread} handover={handover} /> : null;
}

function Reading({ thread, handover }: { thread: Thread; handover: Entry }) {
  const view = useView();
  const { answers, keep, save } = useQuickWriting("acknowledgement", thread.service, handover.key, { how: "self" });
  const [attempt, setAttempt] = useState(0);
  const { busy, trouble, run } = useAct(notKeptWords);
  const must = linesIn(handover.answers["items"]).map((item, index) => ({ item, index })).filter(({ item }) => mustBeRead(item));
  const said = new Map(linesIn(answers["say_back"]).map(({ item, words }) => [Number(item), text(words)]));
  const nameOf = (item: Answers): string => personName(view, text(item["person"]) || null, item["person_name"]);
  const missing = must.filter(({ index }) => !said.get(index)?.trim());
  const problems = attempt === 0 ? [] : missing.map(({ item, index }) => ({ field: `say.${index}`, keyword: "required", words: `Say what you will do for ${nameOf(item)}` }));
  const say = (index: number, words: string): void => {
    const next = new Map(said).set(index, words);
    keep({ ...answers, say_back: [...next].map(([item, line]) => ({ item, words: line })) });
  };
  const read = async (): Promise<void> => {
    if (missing.length > 0) return setAttempt(attempt + 1);
    const back = must.map(({ item, index }) => `${nameOf(item)}: ${said.get(index)?.trim() ?? ""}`).join("\n");
    const question = text(answers["question"]).trim();
    await save({ how: "self", ...(back ? { say_back: back } : {}), ...(question ? { question } : {}) });
  };
  return (
    <section class="panel" aria-label="Say that you have read it">
      <ErrorSummary problems={problems} attempt={attempt} onGo={(field) => document.getElementById(inputId(field))?.focus()} />
      {must.map(({ item, index }) => {
        const error = problems.find(({ field }) => field === `say.${index}`)?.words ?? null;
        const changed = text(item["changed"]) || null;
        return (
          <Field key={index} at={`say.${index}`} title={`${nameOf(item)}: what will you do?`} help={changed} error={error}>
            <TextInput
              at={`say.${index}`} value={said.get(index) ?? ""} help={changed} error={error} most={200} prompts={[]} long={false}
              chips={linesIn(item["do_next"]).map(({ what }) => text(what))} onInput={(words) => say(index, words)}
            />
          </Field>
        );
      })}
      <Field at="question" title="Do you want to ask something?" help={null} error={null} optional="You can leave this empty">
        <TextInput at="question" value={text(answers["question"])} help={null} error={null} most={1000} prompts={[]} chips={[]} long={false} onInput={(words) => keep({ ...answers, question: words })} />
      </Field>
      {trouble && <Banner kind="red">{trouble}</Banner>}
      <Button icon="tick" busy={busy} onPress={() => void run(read)}>I have read it</Button>
    </section>
  );
}
