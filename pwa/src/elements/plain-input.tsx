import type { JSX } from "preact";
import { Field, describedBy, inputId } from "./field";

interface PlainInputProps {
  at: string;
  title: string;
  help?: string | null;
  error?: string | null;
  optional?: string | null;
  value: string;
  kind?: "text" | "tel" | "search" | "date" | "time" | "datetime-local";
  autocomplete?: "name" | "username" | "tel" | "organization" | "one-time-code" | "off";
  /** Names to sign in with and codes: the keyboard must not correct or begin them with a capital. */
  exact?: boolean;
  onInput: (text: string) => void;
}

/** One line of text for settings and signing in. */
export function PlainInput({
  at, title, help = null, error = null, optional = null, value, kind = "text", autocomplete = "off", exact, onInput,
}: PlainInputProps): JSX.Element {
  return (
    <Field at={at} title={title} help={help} error={error} optional={optional}>
      <input
        class="input"
        // The types of Preact want one literal here; each of these kinds takes the same attributes.
        type={kind as "text"}
        id={inputId(at)}
        value={value}
        autocomplete={autocomplete}
        autocapitalize={exact ? "none" : undefined}
        spellcheck={exact ? false : undefined}
        aria-describedby={describedBy(at, help, error)}
        aria-invalid={error ? "true" : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </Field>
  );
}

interface SelectProps {
  at: string;
  title: string;
  help?: string | null;
  error?: string | null;
  value: string;
  options: readonly { value: string; label: string }[];
  onChoose: (value: string) => void;
}

/** One of a list that is too long for rows to tap. */
export function Select({ at, title, help = null, error = null, value, options, onChoose }: SelectProps): JSX.Element {
  return (
    <Field at={at} title={title} help={help} error={error}>
      <select
        class="input"
        id={inputId(at)}
        value={value}
        aria-describedby={describedBy(at, help, error)}
        aria-invalid={error ? "true" : undefined}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </select>
    </Field>
  );
}
