import { useState } from "preact/hooks";
import { Field, describedBy, inputId } from "./field";

interface SecretInputProps {
  at: string;
  title: string;
  help: string | null;
  error: string | null;
  value: string;
  isNew?: boolean;
  onInput: (text: string) => void;
}

/** A passphrase, which may be shown while it is typed: most mistakes at a door are typing mistakes. */
export function SecretInput({ at, title, help, error, value, isNew, onInput }: SecretInputProps) {
  const [shown, setShown] = useState(false);
  return (
    <Field at={at} title={title} help={help} error={error}>
      <div class="secret">
        <input
          class="input"
          // The types of Preact want one literal here; both kinds take the same attributes.
          type={(shown ? "text" : "password") as "text"}
          id={inputId(at)}
          value={value}
          autocomplete={isNew ? "new-password" : "current-password"}
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          aria-describedby={describedBy(at, help, error)}
          aria-invalid={error ? "true" : undefined}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
        <button type="button" class="button button-plain" aria-pressed={shown} onClick={() => setShown(!shown)}>
          {shown ? "Hide" : "Show"}<span class="only-heard"> passphrase</span>
        </button>
      </div>
    </Field>
  );
}
