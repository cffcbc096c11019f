import { EntryCard } from "../elements/entry-card";
import { when } from "../elements/when";
import { formName } from "./form-names";
import { personName } from "./names";
import { to } from "./route";
import { useView } from "./view";

/** What somebody must be told. A push only points here. */
export function Notices() {
  const view = useView();
  const notices = [...view.notices].sort((one, other) => other.raisedAt.localeCompare(one.raisedAt));
  if (notices.length === 0) return <p class="soft">Nothing needs you now.</p>;
  return (
    <div class="cards">
      {notices.map((notice) => {
        const thread = notice.thread ? view.threads.get(notice.thread) : undefined;
        const about = thread ? `${formName(thread.form)}, ${personName(view, thread.person)}` : "Open it when it has arrived on this phone";
        return (
          <EntryCard
            key={notice.id}
            href={notice.thread ? to("thread", notice.thread) : to("notices")}
            title={notice.words}
            about=""
            severity={thread?.standing?.severity ?? null}
          >
            {about} · {when(notice.raisedAt, view.now)}
          </EntryCard>
        );
      })}
    </div>
  );
}
