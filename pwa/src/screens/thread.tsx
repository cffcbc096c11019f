import { useEffect, useRef } from "preact/hooks";
import { questions, type Question, type Schema } from "../domain/form";
import { currentVersions } from "../domain/versions";
import { AnswerList } from "../elements/answers";
import { Banner } from "../elements/banner";
import { ButtonLink } from "../elements/button";
import { titleOf } from "../elements/question";
import { SeverityMark, WhyUrgent } from "../elements/severity";
import { Timeline } from "../elements/timeline";
import { dueWords, isOverdue, pounds, when } from "../elements/when";
import { surroundings } from "./around";
import { Became } from "./became";
import { CrossedVersions } from "./crossed-versions";
import { formName } from "./form-names";
import { Held } from "./held";
import { serviceName, threadTitle } from "./names";
import { NobodyLeft } from "./nobody-left";
import { promised } from "./promised";
import { isOpen } from "./queue-order";
import { ReadBy, Readers } from "./readers";
import { HandoverActs, ThreadActs } from "./thread-acts";
import { usePhotosOf } from "./use-photos";
import { useView, type Deadline, type Entry, type Standing, type View } from "./view";

const deadlineNames: Record<string, string> = {
  acknowledge: "Somebody says “I have this”",
  review: "A decision",
  check: "The check of the money",
  read: "Everybody has read it",
};

/** One thread: what was written, when, who has seen it, by when somebody must act, and everything said about it. */
export function ThreadView({ threadKey, level = 1 }: { threadKey: string; level?: 1 | 2 }) {
  const view = useView();
  const thread = view.threads.get(threadKey);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Beside its list a thread changes without the screen changing, so its heading is where to go on reading.
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [threadKey, thread === undefined]);
  const root = thread?.entries[0];
  if (!thread || !root)
    return (
      <>
        <h1 tabIndex={-1}>Not on this phone</h1>
        <p>It may still be on its way, or it is not yours to read.</p>
        <ButtonLink href="#/home">Home</ButtonLink>
      </>
    );
  const { standing } = thread;
  const around = surroundings(view, { service: root.service, person: root.person });
  const lead = leadOf(root, view);
  const deadlines = standing?.deadlines ?? promised(thread, view);
  const Heading = level === 1 ? "h1" : "h2";
  const Part = level === 1 ? "h2" : "h3";
  // These are read before anything is said about them; of anything else, first what must be done.
  const isHandover = thread.form === "handover";
  const isReadFirst = isHandover || thread.form === "quarantine";
  const versions = currentVersions(thread.entries);
  const crossed = versions.length > 1 ? versions : [];
  const written = (
    <>
      <Written Part={Part} entry={root} view={view} first without={lead?.name ?? null} />
      {thread.entries.slice(1).filter((entry) => !crossed.includes(entry)).map((entry) => <Written key={entry.key} Part={Part} entry={entry} view={view} about={root} />)}
    </>
  );
  return (
    <article class="stack">
      <header class="stack-tight">
        <Heading tabIndex={-1} ref={heading}>{threadTitle(view, thread)}</Heading>
        <p class="soft">{root.author.name}, {serviceName(view, thread.service)}</p>
        {standing?.severity && (
          <p class="row">
            <SeverityMark severity={standing.severity} />
            {standing.due && isOpen(thread) && root.author.id !== view.worker.id && <span class={isOverdue(standing.due, view.now) ? "due-late" : ""}>{dueWords(standing.due, view.now)}</span>}
          </p>
        )}
      </header>
      <Became thread={thread} view={view} />
      <NobodyLeft entry={root} standing={standing} view={view} />
      {standing?.restricted && !standing.alone && <WhoReads standing={standing} now={view.now} />}
      <ThreadActs thread={thread} />
      <CrossedVersions versions={crossed} Part={Part} />
      {lead && (
        <section class="lead">
          <Part>{titleOf(lead, around.named)}</Part>
          <p>{String(root.answers[lead.name])}</p>
        </section>
      )}
      {standing && <WhyUrgent why={standing.why} severity={standing.severity} open={standing.severity === "red"} />}
      {standing && standing.flags.length > 0 && (
        <section class="panel">
          <Part>Please check</Part>
          <ul class="bullets">{standing.flags.map(({ rule, words }) => <li key={`${rule}${words}`}>{words} <span class="soft small">({rule})</span></li>)}</ul>
          {standing.balance !== null && <p>The money should come to {pounds(standing.balance)}.</p>}
        </section>
      )}
      {isReadFirst && written}
      {isHandover && <HandoverActs thread={thread} />}
      <div class="beside beside-wide">
        {deadlines.length > 0 && <Deadlines Part={Part} deadlines={deadlines} view={view} />}
        {standing && standing.readers.length > 0 && <Readers Part={Part} readers={standing.readers} now={view.now} />}
        {standing && standing.readBy.length > 0 && <ReadBy Part={Part} readBy={standing.readBy} now={view.now} />}
        {standing && (
          <section>
            <Part>When</Part>
            <Timeline times={standing.times} now={view.now} seen={!isHandover} />
          </section>
        )}
      </div>
      {!isReadFirst && written}
    </article>
  );
}

type Part = "h2" | "h3";

/** Who may read what is restricted, by name. */
function WhoReads({ standing: { openTo, opened }, now }: { standing: Standing; now: Date }) {
  const names = openTo.map(({ name }) => name);
  const last = names[names.length - 1];
  return (
    <Banner kind="amber" icon="lock">
      {last ? `Only ${names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${last}` : last} can read this.` : "Only the safeguarding lead and the nominated individual can read this."}
      {opened.map(({ id, name, at, by }) => <span class="card-rest small" key={id}>{by.name} let {name} see it, {when(at, now)}.</span>)}
    </Banner>
  );
}

const formOf = (entry: Entry, view: View): Schema | undefined => view.forms.get(`${entry.form}/${entry.version}`) ?? view.forms.get(entry.form);

/** The story of it, which is read before everything else that was answered. */
function leadOf(root: Entry, view: View): Question | null {
  const form = formOf(root, view);
  if (!form || root.form === "handover") return null;
  return questions(form, root.answers, {}).find(({ name, widget }) => widget === "longtext" && typeof root.answers[name] === "string") ?? null;
}

function Deadlines({ Part, deadlines, view }: { Part: Part; deadlines: Deadline[]; view: View }) {
  return (
    <section>
      <Part>By when</Part>
      <dl class="answers">
        {deadlines.map(({ rule, due, stop, working }) => (
          <div key={`${rule}${due}`}>
            <dt>{deadlineNames[rule] ?? rule}</dt>
            <dd>
              {stop ? (
                <span>{stop > due ? "Done late" : "Done in time"}, {when(stop, view.now)} (due {when(due, view.now)})</span>
              ) : (
                <span class={isOverdue(due, view.now) ? "due-late" : ""}>{dueWords(due, view.now)}</span>
              )}
              <span class="card-rest soft small">{working}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** One entry of a thread, with the words of the version of the form that it names. */
function Written({ Part, entry, view, first, about, without }: { Part: Part; entry: Entry; view: View; first?: boolean; about?: Entry; without?: string | null }) {
  const form = formOf(entry, view);
  const around = surroundings(view, { service: entry.service, person: entry.person, ...(about ? { about: about.answers } : {}) });
  const keeper = usePhotosOf(entry);
  // Its heading says already that somebody has read it themselves.
  const isPlainReading = entry.form === "acknowledgement" && entry.answers["how"] === "self";
  return (
    <section class={first ? "" : "panel"} aria-label={formName(entry.form)}>
      <Part>{first ? (without ? "What else was written" : "What was written") : `${entry.replaces ? "Correction" : formName(entry.form)}, ${entry.author.name}, ${when(entry.recordedAt, view.now)}`}</Part>
      {entry.place === "waiting" && <p class="state-waiting">Saved on this phone. Not sent yet.</p>}
      {entry.effect === "none" && <p class="state-wrong">This does not count. {entry.reason}</p>}
      {entry.lang !== "en" && <p class="soft">Written in another language ({entry.lang}). It needs translating.</p>}
      {form ? (
        <AnswerList form={form} answers={entry.answers} around={{ ...around, photos: keeper }} without={isPlainReading ? "how" : (without ?? null)} />
      ) : entry.form === "quarantine" ? (
        <Held entry={entry} view={view} />
      ) : (
        <p>The form for this is not on this phone yet.</p>
      )}
    </section>
  );
}
