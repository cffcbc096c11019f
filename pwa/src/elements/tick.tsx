import { describedBy, inputId } from "./field";

interface TickProps {
  at: string;
  title: string;
  help: string | null;
  error: string | null;
  ticked: boolean;
  /** The only question on the screen: its title is the heading, and the box says yes to it. */
  alone?: boolean;
  onTick: (ticked: boolean) => void;
}

/** One thing that is so or is not. */
export function Tick({ at, title, help, error, ticked, alone, onTick }: TickProps) {
  return (
    <div class={`question${error ? " question-wrong" : ""}`}>
      {alone && <h1 tabIndex={-1}>{title}</h1>}
      {help && <p class="hint" id={`h-${at}`}>{help}</p>}
      {error && <p class="wrong" id={`e-${at}`}>{error}</p>}
      <label class="option">
        <input
          class="option-input"
          type="checkbox"
          autocomplete="off"
          id={inputId(at)}
          checked={ticked}
          aria-describedby={describedBy(at, help, error)}
          onChange={(event) => onTick(event.currentTarget.checked)}
        />
        <span class="option-words">{alone ? <>Yes<span class="only-heard">: {title}</span></> : title}</span>
      </label>
    </div>
  );
}
