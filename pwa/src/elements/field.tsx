import type { ComponentChildren, JSX } from "preact";

export const inputId = (at: string): string => `f-${at}`;
const hintId = (at: string): string => `h-${at}`;
const errorId = (at: string): string => `e-${at}`;

/** What a control must point at so that its hint and its error are read out with it. */
export const describedBy = (at: string, help: string | null, error: string | null): string | undefined =>
  [help && hintId(at), error && errorId(at)].filter(Boolean).join(" ") || undefined;

interface FieldProps {
  /** The path of the answer in the form: `what_happened`, or `items.0.changed`. */
  at: string;
  title: string;
  help: string | null;
  error: string | null;
  optional?: string | null;
  /** The question is the only one on the screen, so it is also the heading of the page. */
  alone?: boolean;
  /** Several controls together answer the question: a fieldset with a legend, not a label. */
  group?: boolean;
  children: ComponentChildren;
}

/** A question as GOV.UK and the NHS found people answer best: title, hint, error, then the control. */
export function Field({ at, title, help, error, optional, alone, group, children }: FieldProps): JSX.Element {
  const words = (
    <>
      {title}
      {optional && <span class="optional"> ({optional.toLowerCase()})</span>}
    </>
  );
  const heading = alone ? <h1 tabIndex={-1}>{words}</h1> : words;
  const beside = (
    <>
      {help && <p class="hint" id={hintId(at)}>{help}</p>}
      {error && (
        <p class="wrong" id={errorId(at)}>
          <span class="only-heard">Problem: </span>
          {error}
        </p>
      )}
    </>
  );
  const look = `question${error ? " question-wrong" : ""}`;
  if (group)
    return (
      <fieldset class={look} aria-describedby={describedBy(at, help, error)}>
        <legend class="question-title">{heading}</legend>
        {beside}
        {children}
      </fieldset>
    );
  const label = <label class="question-title" for={inputId(at)}>{words}</label>;
  return (
    <div class={look}>
      {alone ? <h1 tabIndex={-1}>{label}</h1> : label}
      {beside}
      {children}
    </div>
  );
}
