import { EntryCard } from "../elements/entry-card";
import { when } from "../elements/when";
import { threadTitle } from "./names";
import { isOpen } from "./queue-order";
import { to } from "./route";
import { useView, type Notice, type View } from "./view";

/** The latest notice of each thread, or of the same words about none, newest first: those that still need somebody, and the others. */
export function sortedNotices(view: View): { open: Notice[]; done: Notice[] } {
  const latest = new Map<string, Notice>();
  for (const notice of view.notices) {
    const about = notice.thread ?? `${notice.rule}|${notice.words}`;
    const known = latest.get(about);
    if (!known || known.raisedAt < notice.raisedAt) latest.set(about, notice);
  }
  const newest = [...latest.values()].sort((one, other) => other.raisedAt.localeCompare(one.raisedAt));
  const needs = ({ thread }: Notice): boolean => {
    const found = thread ? view.threads.get(thread) : undefined;
    return !found || isOpen(found);
  };
  return { open: newest.filter(needs), done: newest.filter((notice) => !needs(notice)) };
}

/** What somebody must be told. A push only points here. */
export function Notices() {
  const view = useView();
  const { open, done } = sortedNotices(view);
  return (
    <>
      {open.length === 0 && <p class="soft">Nothing needs you now.</p>}
      <NoticeList notices={open} view={view} />
      {done.length > 0 && (
        <details>
          <summary>Dealt with ({done.length})</summary>
          <NoticeList notices={done} view={view} />
        </details>
      )}
    </>
  );
}

/** Where somebody goes from a notice: to its thread, or to what it is about. */
function wayTo({ thread, rule }: Notice): string {
  if (thread) return to("thread", thread);
  return rule.startsWith("device_") || rule === "shift_silent" ? to("phones") : to("notices");
}

function NoticeList({ notices, view }: { notices: Notice[]; view: View }) {
  return (
    <div class="cards">
      {notices.map((notice) => {
        const thread = notice.thread ? view.threads.get(notice.thread) : undefined;
        return (
          <EntryCard
            key={notice.id}
            href={wayTo(notice)}
            title={notice.words}
            about={`${thread ? `${threadTitle(view, thread)} · ` : ""}${when(notice.raisedAt, view.now)}`}
            severity={thread?.standing?.severity ?? null}
          >
            {notice.thread && !thread && "It has not arrived on this phone yet."}
          </EntryCard>
        );
      })}
    </div>
  );
}
