import { Icon, type IconName } from "../elements/icon";
import { Ring } from "../elements/ring";
import { when } from "../elements/when";
import { onCallNumbers } from "./names";
import { isNobodyLeft } from "./nobody-left";
import { isOpen } from "./queue-order";
import { isQuestion } from "./state-words";
import type { Thread, View } from "./view";

interface Step {
  icon: IconName;
  tone: "seen" | "waiting" | "wrong" | "open";
  words: string;
  more?: string;
}

/** What became of it, step by step: sent, seen by whom and when, and what was decided. */
export function Became({ thread, view }: { thread: Thread; view: View }) {
  const steps = stepsOf(thread, view);
  const isOwn = thread.entries[0]?.author.id === view.worker.id;
  const { onCall, onCallName } = onCallNumbers(view, thread.service);
  const isAlone = thread.entries[0] ? isNobodyLeft(thread.entries[0], thread.standing, view) : false;
  const isUnseen = thread.form === "concern" && isOwn && !thread.standing?.seenBy && !thread.standing?.decided;
  return (
    <div class="panel became">
      <div role="status">
        <ul>
          {steps.map(({ icon, tone, words, more }) => (
            <li class={`became-${tone}`} key={words}>
              <Icon name={icon} />
              <span>
                {words}
                {more && <span class="became-more">{more}</span>}
              </span>
            </li>
          ))}
        </ul>
      </div>
      {isUnseen && onCall && !isAlone && (
        <>
          <p>If you are worried, do not wait: ring.</p>
          <Ring number={onCall} name={onCallName ? `on-call, ${onCallName}` : "on-call"} />
        </>
      )}
    </div>
  );
}

function stepsOf(thread: Thread, view: View): Step[] {
  const root = thread.entries[0];
  const { standing } = thread;
  if (!root) return [];
  if (root.place === "waiting") return [{ icon: "clock", tone: "waiting", words: "Saved on this phone. Not sent yet." }];
  if (root.place === "kept_apart")
    return [{ icon: "worry", tone: "wrong", words: root.reason ?? "The office has it, but it could not be read. Ring your office." }];
  const steps: Step[] = [{ icon: "tick", tone: "seen", words: root.receivedAt ? `Sent ${when(root.receivedAt, view.now)}` : "Sent" }];
  if (root.effect === "none" && root.reason) steps.push({ icon: "worry", tone: "wrong", words: root.reason });
  const isAwaited = thread.form === "concern" || thread.form === "quarantine";
  if (standing?.seenBy) steps.push({ icon: "tick", tone: "seen", words: `Seen by ${standing.seenBy.name} ${when(standing.seenBy.at, view.now)}` });
  else if (isAwaited && !standing?.decided) steps.push({ icon: "clock", tone: "open", words: "Not seen yet" });
  if (standing?.decided && isQuestion(standing.decided))
    steps.push({ icon: "worry", tone: "waiting", words: standing.decided.words, more: `${standing.decided.name}, ${when(standing.decided.at, view.now)}` });
  else if (standing?.decided)
    steps.push({ icon: "tick", tone: "seen", words: standing.decided.words, more: `${standing.decided.name}, ${when(standing.decided.at, view.now)}` });
  else if (isOpen(thread) && standing?.seenBy) steps.push({ icon: "clock", tone: "open", words: "Not decided yet" });
  return steps;
}
