import { mayWrite } from "../domain/access";
import { currentVersions } from "../domain/versions";
import { Banner } from "../elements/banner";
import { Button, ButtonLink } from "../elements/button";
import { notKeptWords } from "../store/not-kept";
import { useDesk } from "./desk";
import { HandoverReading } from "./handover-reading";
import { mayDecide, mayHave, mayLetIn } from "./may-decide";
import { go, to } from "./route";
import { useAct } from "./use-act";
import { useView, type Thread } from "./view";

const DAY = 86_400_000;

/** What this worker can do about a thread: say that they have it, decide, read it, or correct what they wrote. */
export function ThreadActs({ thread }: { thread: Thread }) {
  const view = useView();
  const root = thread.entries[0];
  if (!root) return null;
  const isOwn = root.author.id === view.worker.id;
  return (
    <div class="row">
      {mayHave(thread, view) && <HaveThis thread={thread} />}
      {mayDecide(thread, view) &&
        (thread.form === "transaction-receipt" ? (
          <ButtonLink href={to("receipts", thread.key)}>Check it</ButtonLink>
        ) : (
          <ButtonLink href={`${to("new", "review")}?about=${encodeURIComponent(thread.key)}`}>Decide what to do</ButtonLink>
        ))}
      {mayLetIn(thread, view).length > 0 && <ButtonLink kind="quiet" href={`${to("new", "opening")}?about=${encodeURIComponent(thread.key)}`}>Let a manager see this</ButtonLink>}
      {isOwn && mayWrite(thread.form, view.roles, thread.service) && <Correct thread={thread} />}
    </div>
  );
}

/** Below a handover: saying that one has read it, for whoever has not yet. */
export function HandoverActs({ thread }: { thread: Thread }) {
  const view = useView();
  const hasSaid = thread.entries.some(({ form, author, place }) => form === "acknowledgement" && author.id === view.worker.id && place === "waiting");
  const isReader = !hasSaid && (thread.standing?.readers.some(({ id, readAt }) => id === view.worker.id && readAt === null) ?? false);
  return isReader ? <HandoverReading thread={thread} /> : null;
}

/** "I have this": an acknowledgement, written like any entry, with or without signal. */
export function HaveThis({ thread }: { thread: Thread }) {
  const desk = useDesk();
  const { busy, trouble, run } = useAct(notKeptWords);
  const have = async (): Promise<void> => {
    await desk.write({ form: "acknowledgement", service: thread.service, about: thread.key, replaces: null, answers: { how: "self" } });
  };
  return (
    <>
      {trouble && <Banner kind="red">{trouble}</Banner>}
      <Button icon="tick" busy={busy} onPress={() => void run(have)}>I have this</Button>
    </>
  );
}

/** A correction is a new entry that replaces the older one; both are kept. Free for a day, later too, as added later. */
function Correct({ thread }: { thread: Thread }) {
  const view = useView();
  const desk = useDesk();
  const { busy, trouble, run } = useAct(notKeptWords);
  // Of versions that crossed each is corrected by itself.
  if (currentVersions(thread.entries).length > 1) return null;
  const replaced = new Set(thread.entries.map(({ replaces }) => replaces));
  const latest = [...thread.entries].reverse().find((entry) => entry.form === thread.form && entry.author.id === view.worker.id && !replaced.has(entry.key));
  if (!latest) return null;
  const isLater = view.now.getTime() - new Date(latest.recordedAt).getTime() > DAY;
  const correct = async (): Promise<void> => {
    const writing = await desk.begin({ form: latest.form, service: latest.service, about: null, replaces: latest.key, answers: latest.answers, isBlank: true });
    go(to("write", writing.id));
  };
  return (
    <>
      {trouble && <Banner kind="red">{trouble}</Banner>}
      <Button kind="quiet" busy={busy} onPress={() => void run(correct)}>{isLater ? "Add something later" : "Correct this"}</Button>
    </>
  );
}
