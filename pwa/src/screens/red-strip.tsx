import { Icon } from "../elements/icon";
import { leftWords } from "../elements/when";
import { mayDecide, mayHave } from "./may-decide";
import { personName } from "./names";
import { queueOf } from "./queue-order";
import { route, to } from "./route";
import type { Thread, View } from "./view";

const FEW = 3;

/** Red ones that nobody has yet, above everything else, however late the rest is. */
export function RedStrip({ view }: { view: View }) {
  const red = queueOf(view).filter((thread) => isRed(thread) && (mayHave(thread, view) || mayDecide(thread, view)));
  // Whoever reads it already need not be led to it.
  const others = red.filter(({ key }) => key !== route.value.rest[0]);
  if (others.length === 0) return null;
  return (
    <section class="red-strip" aria-label="Red, and nobody has it yet">
      <Icon name="worry" />
      <div>
        <p class="red-strip-words">{others.length === 1 ? "1 red concern needs you now" : `${others.length} red concerns need you now`}</p>
        <ul>
          {others.slice(0, FEW).map((thread) => (
            <li key={thread.key}>
              <a href={to("queue", thread.key)}>
                {personName(view, thread.person, thread.entries[0]?.answers["person_name"])}
                {thread.standing?.due && <span class="red-strip-due">{leftWords(thread.standing.due, view.now)}</span>}
              </a>
            </li>
          ))}
          {others.length > FEW && <li><a href={to("queue")}>{others.length - FEW} more in the list</a></li>}
        </ul>
      </div>
    </section>
  );
}

const isRed = ({ standing }: Thread): boolean => standing?.severity === "red" && !standing.seenBy;
