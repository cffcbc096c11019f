import { onCallNumbers } from "./names";
import { stateWords } from "./state-words";
import type { Draft, Thread, View } from "./view";

/** The state of a thread in the words of whoever wrote it. */
export function ThreadState({ thread, view }: { thread: Thread; view: View }) {
  const root = thread.entries[0];
  if (!root) return null;
  const { standing } = thread;
  const { tone, words, number } = stateWords(
    {
      form: root.form,
      place: root.place,
      missing: 0,
      sentAt: root.receivedAt,
      seenBy: standing?.seenBy ?? null,
      decided: standing?.decided ?? null,
      reason: root.effect === "none" || root.place === "kept_apart" ? root.reason : null,
      number: root.author.id === view.worker.id ? onCallNumbers(view, thread.service).onCall : null,
    },
    view.now,
  );
  return <span class={`state-${tone}`}>{words}{number && ` If worried ring ${number}.`}</span>;
}

export function DraftState({ draft, now }: { draft: Draft; now: Date }) {
  const { tone, words } = stateWords(
    { form: draft.form, place: "draft", missing: draft.missing, sentAt: null, seenBy: null, decided: null, reason: null, number: null },
    now,
  );
  return <span class={`state-${tone}`}>{words}</span>;
}
