import { useState } from "preact/hooks";
import { linesIn } from "../elements/line-list";
import { Button } from "../elements/button";
import { ErrorSummary } from "../elements/error-summary";
import { inputId } from "../elements/field";
import { TextInput } from "../elements/text-input";
import { Field } from "../elements/field";
import type { Answers } from "../domain/form";
import { useDesk } from "./desk";
import { personName } from "./names";
import { useView, type Entry, type Thread } from "./view";

/** The version of a handover that counts: the last correction. */
const current = (thread: Thread): Entry | undefined => [...thread.entries].reverse().find(({ form }) => form === "handover");

/** "I have read it", and for each line that must be read, what the reader will do. */
export function HandoverReading({ thread }: { thread: Thread }) {
  const view = useView();
  const desk = useDesk();
  const handover = current(thread);
  const items = linesIn(handover?.answers["items"]);
  const must = items.map((item, index) => ({ item, index })).filter(({ item }) => item["must_read"] === true || item["level"] === "act_now" || item["safeguarding"] === "yes");
  const [said, setSaid] = useState<Record<number, string>>({});
  const [question, setQuestion] = useState("");
  const [attempt, setAttempt] = useState(0);
  const [busy, setBusy] = useState(false);
  if (!handover) return null;
  const missing = must.filter(({ index }) => !said[index]?.trim());
  const problems = attempt === 0 ? [] : missing.map(({ item, index }) => ({ field: `say.${index}`, keyword: "required", words: `Say what you will do for ${nameOf(item)}` }));
  function nameOf(item: Answers): string {
    return personName(view, typeof item["person"] === "string" ? item["person"] : null, item["person_name"]);
  }
  const read = async (): Promise<void> => {
    if (missing.length > 0) return setAttempt(attempt + 1);
    setBusy(true);
    const say = must.map(({ index }) => ({ item: index, words: said[index]?.trim() ?? "" }));
    const answers: Answers = { how: "self", ...(say.length ? { say_back: say } : {}), ...(question.trim() ? { question: question.trim() } : {}) };
    const writing = await desk.begin({ form: "acknowledgement", service: thread.service, about: handover.key, replaces: null, answers });
    await desk.save(writing);
  };
  return (
    <section class="panel" aria-label="Say that you have read it">
      <ErrorSummary problems={problems} attempt={attempt} onGo={(field) => document.getElementById(inputId(field))?.focus()} />
      {must.map(({ item, index }) => (
        <Field
          key={index} at={`say.${index}`} title={`${nameOf(item)}: what will you do?`} help={String(item["changed"] ?? "")}
          error={problems.find(({ field }) => field === `say.${index}`)?.words ?? null}
        >
          <TextInput
            at={`say.${index}`} value={said[index] ?? ""} help="changed" error={null} most={200} prompts={[]} long={false}
            chips={linesIn(item["do_next"]).map(({ what }) => String(what))} onInput={(words) => setSaid({ ...said, [index]: words })}
          />
        </Field>
      ))}
      <Field at="question" title="Do you want to ask something?" help={null} error={null} optional="You can leave this empty">
        <TextInput at="question" value={question} help={null} error={null} most={1000} prompts={[]} chips={[]} long={false} onInput={setQuestion} />
      </Field>
      <Button icon="tick" busy={busy} onPress={() => void read().finally(() => setBusy(false))}>I have read it</Button>
    </section>
  );
}
