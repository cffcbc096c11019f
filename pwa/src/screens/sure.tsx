import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../elements/button";

interface SureProps {
  /** On the button, before and after the question. */
  words: string;
  question: string;
  busy: boolean;
  kind?: "danger" | "quiet";
  onYes: () => void;
  children?: ComponentChildren;
}

/** Something that is not undone by pressing again: it asks first, and says what will happen. */
export function Sure({ words, question, busy, kind = "danger", onYes, children }: SureProps) {
  const [asked, setAsked] = useState(false);
  const group = useRef<HTMLDivElement>(null);
  // The button that was pressed is gone, and its question may lie under the bar.
  useEffect(() => group.current?.focus(), [asked]);
  if (!asked) return <Button kind="plain" onPress={() => setAsked(true)}>{words}</Button>;
  const yes = (): void => {
    setAsked(false);
    onYes();
  };
  return (
    <div class="stack-tight" role="group" aria-label={question} tabIndex={-1} ref={group}>
      <p><strong>{question}</strong></p>
      {children}
      <div class="row">
        <Button kind={kind} busy={busy} onPress={yes}>{words}</Button>
        <Button kind="quiet" onPress={() => setAsked(false)}>No, go back</Button>
      </div>
    </div>
  );
}
