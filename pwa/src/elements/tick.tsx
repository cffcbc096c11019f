import { describedBy, inputId } from "./field";

interface TickProps {
  at: string;
  title: string;
  help: string | null;
  error: string | null;
  ticked: boolean;
  onTick: (ticked: boolean) => void;
}

/** One thing that is so or is not. */
export function Tick({ at, title, help, error, ticked, onTick }: TickProps) {
  return (
    <div class={`question${error ? " question-wrong" : ""}`}>
      {help && <p class="hint" id={`h-${at}`}>{help}</p>}
      {error && <p class="wrong" id={`e-${at}`}>{error}</p>}
      <label class="option">
        <input
          class="option-input"
          type="checkbox"
          id={inputId(at)}
          checked={ticked}
          aria-describedby={describedBy(at, help, error)}
          onChange={(event) => onTick(event.currentTarget.checked)}
        />
        <span class="option-words">{title}</span>
      </label>
    </div>
  );
}
