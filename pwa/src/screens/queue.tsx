import { EntryCard } from "../elements/entry-card";
import { dueWords, isOverdue, when } from "../elements/when";
import { SeverityMark } from "../elements/severity";
import { threadTitle } from "./names";
import { queueOf } from "./queue-order";
import { to } from "./route";
import { ThreadView } from "./thread";
import { useView, type Thread, type View } from "./view";

/** What waits for a decision, most overdue first. On a tablet the list stays beside the thread. */
export function Queue({ threadKey }: { threadKey: string | null }) {
  const view = useView();
  const queue = queueOf(view);
  const late = queue.filter(({ standing }) => isOverdue(standing?.due ?? null, view.now)).length;
  return (
    <div class={threadKey ? "panes panes-open" : "panes"}>
      <section class="panes-list" aria-label="What waits">
        <h1 tabIndex={threadKey ? undefined : -1}>To do</h1>
        <p role="status">{queue.length === 0 ? "Nothing waits for you." : `${queue.length} waiting${late ? `, ${late} late` : ", none late"}`}</p>
        <div class="cards">
          {queue.map((thread) => <QueueCard key={thread.key} thread={thread} view={view} current={thread.key === threadKey} />)}
        </div>
      </section>
      <div class="panes-detail">
        {threadKey && <a class="button button-plain panes-back" href={to("queue")}>Back to the list</a>}
        {threadKey ? <ThreadView key={threadKey} threadKey={threadKey} level={2} /> : <p class="soft panes-empty">Choose something from the list.</p>}
      </div>
    </div>
  );
}

function QueueCard({ thread, view, current }: { thread: Thread; view: View; current: boolean }) {
  const root = thread.entries[0];
  const { standing } = thread;
  if (!root || !standing) return null;
  return (
    <EntryCard
      href={to("queue", thread.key)}
      title={threadTitle(view, thread)}
      about=""
      severity={standing.severity}
      current={current}
    >
      {standing.severity && <SeverityMark severity={standing.severity} />}
      {standing.due && <span class={`card-rest ${isOverdue(standing.due, view.now) ? "due-late" : ""}`}>{dueWords(standing.due, view.now)}</span>}
      <span class="card-rest soft small">
        {root.author.name}, {when(root.recordedAt, view.now)}{standing.seenBy ? ` · ${standing.seenBy.name} has it` : " · nobody has it yet"}
      </span>
    </EntryCard>
  );
}
