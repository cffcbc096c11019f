import { useEffect } from "preact/hooks";
import { isAllowed, mayWrite } from "../domain/access";
import { EntryCard } from "../elements/entry-card";
import { Icon, type IconName } from "../elements/icon";
import { isOverdue, when } from "../elements/when";
import { formName } from "./form-names";
import { personName } from "./names";
import { queueOf } from "./queue-order";
import { to } from "./route";
import { DraftState, ThreadState } from "./thread-state";
import { useView, type Thread, type View } from "./view";

const writing: { form: string; words: string; note: string; icon: IconName }[] = [
  { form: "visit-note", words: "Visit note", note: "What you did and noticed", icon: "note" },
  { form: "transaction-receipt", words: "Money", note: "Spent, received or counted", icon: "money" },
  { form: "handover", words: "Handover", note: "For those who come next", icon: "handover" },
];

const FEW = 6;
const FORTNIGHT = 14 * 86_400_000;

/** The threads that this worker began, newest first. */
export const ownThreads = (view: View): Thread[] =>
  [...view.threads.values()]
    .filter((thread) => thread.entries[0]?.author.id === view.worker.id)
    .sort((one, other) => (other.entries[0]?.recordedAt ?? "").localeCompare(one.entries[0]?.recordedAt ?? ""));

/** What somebody told a manager stays at the top until it is decided, and for a fortnight. */
const isFresh = (thread: Thread, view: View): boolean =>
  !thread.standing?.decided || view.now.getTime() - new Date(thread.entries[0]?.recordedAt ?? 0).getTime() < FORTNIGHT;

/** Home: what to write, what is waiting, and what became of what this worker wrote. */
export function Home() {
  const view = useView();
  const own = ownThreads(view);
  const told = own.filter((thread) => thread.form === "concern" && isFresh(thread, view));
  const rest = own.filter((thread) => !told.includes(thread));
  const toRead = [...view.threads.values()].filter(
    ({ standing }) => standing?.readers.some(({ id, readAt }) => id === view.worker.id && readAt === null) ?? false,
  );
  const queue = isAllowed("readConcern", view.roles) ? queueOf(view) : [];
  const late = queue.filter(({ standing }) => isOverdue(standing?.due ?? null, view.now)).length;
  useEffect(() => {
    // The bench asks how long somebody waits until the list can be read.
    requestAnimationFrame(() => performance.mark("list-ready"));
    // What somebody most likely does next is read now, so that it opens at once.
    setTimeout(() => void Promise.allSettled([import("./write"), import("./sent")]), 300);
  }, []);
  return (
    <>
      {queue.length > 0 && (
        <a class={`card ${late ? "card-red" : "card-amber"}`} href={to("queue")}>
          <span class="card-title">{queue.length === 1 ? "1 thing waits for a decision" : `${queue.length} things wait for a decision`}</span>
          <span class={late ? "card-rest due-late" : "card-rest"}>{late ? `${late} late` : "None is late"}</span>
        </a>
      )}
      {toRead.map((thread) => (
        <EntryCard key={thread.key} href={to("thread", thread.key)} title="Handover to read" about={`from ${thread.entries[0]?.author.name ?? "a colleague"}`} severity="amber">
          Read it before you start
        </EntryCard>
      ))}
      <div class="tiles">
        <a class="tile tile-worry" href={to("new", "concern")}>
          <Icon name="worry" />
          <span>Something worries me<span class="tile-note">Tell a manager. A guess is fine.</span></span>
        </a>
        {writing.filter(({ form }) => mayWrite(form, view.roles)).map(({ form, words, note, icon }) => (
          <a class="tile" href={to("new", form)} key={form}>
            <Icon name={icon} />
            <span>{words}<span class="tile-note">{note}</span></span>
          </a>
        ))}
      </div>
      {view.drafts.length > 0 && (
        <section>
          <h2>Not finished</h2>
          <div class="cards">
            {view.drafts.map((draft) => (
              <EntryCard key={draft.id} href={to("write", draft.id)} title={formName(draft.form)} about={`${personName(view, draft.person, "")} · ${when(draft.savedAt, view.now)}`}>
                <DraftState draft={draft} now={view.now} />
              </EntryCard>
            ))}
          </div>
        </section>
      )}
      {told.length > 0 && (
        <section>
          <h2>What you told a manager</h2>
          <div class="cards">
            {told.map((thread) => <OwnCard key={thread.key} thread={thread} view={view} />)}
          </div>
        </section>
      )}
      <section>
        <h2>What you wrote</h2>
        {own.length === 0 && <p class="soft">Nothing yet. What you write shows here, and who has seen it.</p>}
        <div class="cards">
          {rest.slice(0, FEW).map((thread) => <OwnCard key={thread.key} thread={thread} view={view} />)}
        </div>
        {rest.length > FEW && <p><a class="button button-plain" href={to("entries")}>See all {own.length}</a></p>}
      </section>
    </>
  );
}

export function OwnCard({ thread, view, current }: { thread: Thread; view: View; current?: boolean }) {
  const root = thread.entries[0];
  if (!root) return null;
  const about = thread.form === "handover" ? "" : `${personName(view, thread.person, root.answers["person_name"])} · `;
  return (
    <EntryCard
      href={to("thread", thread.key)}
      title={formName(thread.form)}
      about={`${about}${when(root.recordedAt, view.now)}`}
      severity={root.author.id === view.worker.id ? null : (thread.standing?.severity ?? null)}
      current={current ?? false}
    >
      <ThreadState thread={thread} view={view} />
    </EntryCard>
  );
}
