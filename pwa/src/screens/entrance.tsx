import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ErrorSummary } from "../elements/error-summary";
import { inputId } from "../elements/field";
import { Mark } from "../elements/icon";
import type { Acting } from "./use-act";

interface EntranceProps {
  title: string;
  acting?: Acting;
  onSubmit?: () => void;
  children: ComponentChildren;
}

/** The frame of every screen before somebody is signed in. */
export function Entrance({ title, acting, onSubmit, children }: EntranceProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Heed`;
    heading.current?.focus();
  }, [title]);
  const problems = [
    ...Object.entries(acting?.errors ?? {}).map(([field, words]) => ({ field, keyword: "refused", words })),
    ...(acting?.trouble && Object.keys(acting.errors).length === 0 ? [{ field: "", keyword: "refused", words: acting.trouble }] : []),
  ];
  const goTo = (field: string): void => document.getElementById(inputId(field))?.focus();
  return (
    <main class="entrance" id="main">
      <Mark />
      <h1 tabIndex={-1} ref={heading}>{title}</h1>
      {acting && <ErrorSummary problems={problems} attempt={acting.attempt} title="Please look at this" onGo={goTo} />}
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!acting?.busy) onSubmit?.();
        }}
      >
        {children}
      </form>
    </main>
  );
}
