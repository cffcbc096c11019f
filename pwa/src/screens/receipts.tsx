import { EntryCard } from "../elements/entry-card";
import { dueWords, isOverdue, pounds, when } from "../elements/when";
import { personName } from "./names";
import { queueOf } from "./queue-order";
import { ReceiptCheck } from "./receipt-check";
import { to } from "./route";
import { useView, type Thread, type View } from "./view";

/** Receipts that wait to be checked, what must be looked at first. */
export function Receipts({ threadKey }: { threadKey: string | null }) {
  const view = useView();
  const waiting = queueOf(view, ["transaction-receipt"]);
  return (
    <div class={threadKey ? "panes panes-open" : "panes"}>
      <section class="panes-list" aria-label="Receipts to check">
        <h1 tabIndex={threadKey ? undefined : -1}>Check receipts</h1>
        <p role="status">{waiting.length === 0 ? "Every receipt is checked." : `${waiting.length} to check`}</p>
        <div class="cards">
          {waiting.map((thread) => <ReceiptCard key={thread.key} thread={thread} view={view} current={thread.key === threadKey} />)}
        </div>
      </section>
      <div class="panes-detail">
        {threadKey && <a class="button button-plain panes-back" href={to("receipts")}>Back to the list</a>}
        {threadKey ? <ReceiptCheck key={threadKey} threadKey={threadKey} /> : <p class="soft panes-empty">Choose a receipt from the list.</p>}
      </div>
    </div>
  );
}

function ReceiptCard({ thread, view, current }: { thread: Thread; view: View; current: boolean }) {
  const root = thread.entries[0];
  const { standing } = thread;
  if (!root || !standing) return null;
  const amount = root.answers["amount"];
  return (
    <EntryCard
      href={to("receipts", thread.key)}
      title={`${typeof amount === "number" ? pounds(amount) : "Count"}, ${personName(view, thread.person, root.answers["person_name"])}`}
      about=""
      severity={standing.severity}
      current={current}
    >
      {standing.flags.length > 0 && <span class="card-rest state-waiting">{standing.flags.length === 1 ? "1 thing to look at" : `${standing.flags.length} things to look at`}</span>}
      {standing.due && <span class={`card-rest ${isOverdue(standing.due, view.now) ? "due-late" : ""}`}>{dueWords(standing.due, view.now)}</span>}
      <span class="card-rest soft small">{root.author.name}, {when(root.recordedAt, view.now)}</span>
    </EntryCard>
  );
}
