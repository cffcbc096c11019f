import { useEffect, useRef, useState } from "preact/hooks";
import { questions } from "../domain/form";
import { AnswerList } from "../elements/answers";
import { Banner } from "../elements/banner";
import { Button, ButtonLink } from "../elements/button";
import { ErrorSummary } from "../elements/error-summary";
import { inputId } from "../elements/field";
import { Photo } from "../elements/photo-input";
import { Question } from "../elements/question";
import { when } from "../elements/when";
import { notKeptWords } from "../store/not-kept";
import { surroundings } from "./around";
import { mayDecide } from "./may-decide";
import { personName } from "./names";
import { to } from "./route";
import { useAct } from "./use-act";
import { usePhotosOf } from "./use-photos";
import { useQuickWriting } from "./use-quick-writing";
import { useView, type Entry, type Thread } from "./view";

/** What is compared with the receipt. */
const toCompare = new Set(["kind", "amount", "when", "what_for", "where", "paid_by", "receipt", "receipt_why", "start_count", "end_count", "count_why"]);

/** What stands now of a receipt that may have been corrected. */
function latestOf({ entries }: Thread): Entry | undefined {
  const replaced = new Set(entries.map(({ replaces }) => replaces));
  return [...entries].reverse().find(({ form, key }) => form === entries[0]?.form && !replaced.has(key)) ?? entries[0];
}

/** The photo beside the amounts: does the receipt match, and does the money add up? */
export function ReceiptCheck({ threadKey }: { threadKey: string }) {
  const view = useView();
  const thread = view.threads.get(threadKey);
  const root = thread?.entries[0];
  const latest = thread && latestOf(thread);
  const keeper = usePhotosOf(latest);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [threadKey]);
  if (!thread || !root || !latest) return <p>It is not on this phone yet.</p>;
  const form = view.forms.get(`${latest.form}/${latest.version}`) ?? view.forms.get(latest.form);
  const around = surroundings(view, { service: latest.service, person: latest.person });
  const hashes = latest.answers["receipt_photo"];
  const sums = Object.fromEntries(Object.entries(latest.answers).filter(([name]) => toCompare.has(name)));
  const person = view.people.find(({ id }) => id === latest.person);
  return (
    <article class="stack">
      <h2 tabIndex={-1} ref={heading}>{personName(view, latest.person, latest.answers["person_name"])}</h2>
      {person?.moneyRule && <p>Their plan: {person.moneyRule}</p>}
      {thread.standing && thread.standing.flags.length > 0 && (
        <Banner kind="amber" icon="worry">
          {thread.standing.flags.map(({ rule, words }) => <p key={`${rule}${words}`}>{words}</p>)}
        </Banner>
      )}
      <div class="beside">
        <div class="photo-large">
          {Array.isArray(hashes) && hashes.length > 0
            ? hashes.map((hash, index) => <Photo key={String(hash)} hash={String(hash)} words={`Receipt, photo ${index + 1}`} keeper={keeper} />)
            : <p class="photo-absent">No photo</p>}
        </div>
        {form && <AnswerList form={form} answers={sums} around={around} />}
      </div>
      {mayDecide(thread, view) ? <CheckForm thread={thread} root={root} /> : <p class="soft">Somebody else must check this one.</p>}
      <ButtonLink kind="plain" href={to("thread", thread.key)}>Everything that was written</ButtonLink>
    </article>
  );
}

function CheckForm({ thread, root }: { thread: Thread; root: Entry }) {
  const view = useView();
  const form = view.forms.get("review");
  const { answers, keep, save } = useQuickWriting("review", thread.service, thread.key, { of: "transaction-receipt" });
  const [attempt, setAttempt] = useState(0);
  const { busy, trouble, run } = useAct(notKeptWords);
  const [isAgain, setAgain] = useState(false);
  const own = [...thread.entries].reverse().find((entry) => entry.form === "review" && entry.author.id === view.worker.id);
  if (own && !isAgain)
    return (
      <section class="panel" role="status">
        <p>You checked it {when(own.recordedAt, view.now)}: {own.answers["decision"] === "query" ? "you asked about it" : "it adds up"}.{own.place === "waiting" && " Not sent yet."}</p>
        {own.answers["decision"] === "query" && <Button kind="quiet" onPress={() => setAgain(true)}>Check it again</Button>}
      </section>
    );
  if (!form) return <p class="soft">The form for checking comes with the next signal.</p>;
  const around = surroundings(view, { service: thread.service, person: thread.person, about: root.answers });
  const asked = questions(form, answers, around.context).filter(({ hidden }) => !hidden);
  const missing = asked.filter(({ name, required, least }) => required && String(answers[name] ?? "").trim().length < (least ?? 1));
  const problems = attempt === 0 ? [] : missing.map(({ name, title }) => ({ field: name, keyword: "required", words: `Please answer this: ${title}` }));
  const send = async (): Promise<void> => {
    if (missing.length > 0) return setAttempt(attempt + 1);
    await save(answers);
    setAttempt(0);
    setAgain(false);
  };
  return (
    <section class="panel" aria-label="Your check">
      <ErrorSummary problems={problems} attempt={attempt} onGo={(field) => document.getElementById(inputId(field))?.focus()} />
      {asked.map((question) => (
        <Question
          key={question.name} asked={question} at={question.name} answer={answers[question.name]} answers={answers}
          errors={new Map(problems.map(({ field, words }) => [field, words]))} around={around}
          onAnswer={(answer) => keep({ ...answers, [question.name]: answer })}
        />
      ))}
      {trouble && <Banner kind="red">{trouble}</Banner>}
      <Button busy={busy} onPress={() => void run(send)}>Send the check</Button>
    </section>
  );
}
