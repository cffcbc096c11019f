import { useEffect } from "preact/hooks";
import { isAllowed } from "../domain/access";
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

/** The threads that this worker began, newest first. */
export const ownThreads = (view: View): Thread[] =>
  [...view.threads.values()]
    .filter((thread) => thread.entries[0]?.author.id === view.worker.id)
    .sort((one, other) => (other.entries[0]?.recordedAt ?? "").localeCompare(one.entries[0]?.recordedAt ?? ""));

/** Home: what to write, what is waiting, and what became of what this worker wrote. */
export function Home() {
  const view = useView();
  const own = ownThreads(view);
  const toRead = [...view.threads.values()].filter(
    ({ standing }) => standing?.readers.some(({ id, readAt }) => id === view.worker.id && readAt === null) ?? false,
  );
  const queue = isAllowed("readConcern", view.roles) ? queueOf(view) : [];
  const late = queue.filter(({ standing }) => isOverdue(standing?.due ?? null, view.now)).length;
  useEffect(() => {
    // The bench asks how long somebody waits until the list can be read.
    requestAnimationFrame(() => performance.mark("list-ready"));
    // What somebody most likely does next is read now, so that it opens at once.
    setTimeout(() => void import("./write"), 300);
  }, []);
  return (
    <>
      {queue.length > 0 && (
        <a class={`card ${late ? "card-red" : "card-amber"}`} href={to("queue")}>
          <span class="card-title">{queue.length === 1 ? "1 thing waits for a decision" : `${queue.length} things wait for a decision`}</span>
          <span class={late ? "card-rest due-late" : "card-rest"}>{late ? `${late} late` : "None is late"}</span>
        </a>
      )}
      <div class="tiles">
        <a class="tile tile-worry" href={to("new", "concern")}>
          <Icon name="worry" />
          <span>Something worries me<span class="tile-note">Tell a manager. A guess is fine.</span></span>
        </a>
        {writing.map(({ form, words, note, icon }) => (
          <a class="tile" href={to("new", form)} key={form}>
            <Icon name={icon} />
            <span>{words}<span class="tile-note">{note}</span></span>
          </a>
        ))}
      </div>
      {toRead.map((thread) => (
        <EntryCard key={thread.key} href={to("thread", thread.key)} title="Handover to read" about={`from ${thread.entries[0]?.author.name ?? "a colleague"}`} severity="amber">
          Read it before you start
        </EntryCard>
      ))}
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
      <section>
        <h2>What you wrote</h2>
        {own.length === 0 && <p class="soft">Nothing yet. What you write shows here, and who has seen it.</p>}
        <div class="cards">
          {own.slice(0, FEW).map((thread) => <OwnCard key={thread.key} thread={thread} view={view} />)}
        </div>
        {own.length > FEW && <p><a class="button button-plain" href={to("entries")}>See all {own.length}</a></p>}
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
