import type { Option } from "../domain/form";
import { inputId } from "./field";
import { Picture } from "./picture";

interface OptionsProps {
  at: string;
  options: Option[];
  /** Values that are chosen: one at most when `many` is false. */
  chosen: readonly string[];
  many: boolean;
  /** Side by side, for three short answers. */
  across?: boolean;
  onChoose: (chosen: string[]) => void;
}

/** Answers to tap: the whole row is the target. */
export function Options({ at, options, chosen, many, across, onChoose }: OptionsProps) {
  const choose = ({ value, alone }: Option): void => {
    if (!many) return onChoose([value]);
    if (chosen.includes(value)) return onChoose(chosen.filter((other) => other !== value));
    const loners = new Set(options.filter((option) => option.alone).map((option) => option.value));
    onChoose(alone ? [value] : [...chosen.filter((other) => !loners.has(other)), value]);
  };
  return (
    <div class={across ? "options options-across" : "options"}>
      {options.map((option, index) => (
        <label class="option" key={option.value}>
          <input
            class="option-input"
            type={many ? "checkbox" : "radio"}
            autocomplete="off"
            name={at}
            id={index === 0 ? inputId(at) : `${inputId(at)}-${option.value}`}
            value={option.value}
            checked={chosen.includes(option.value)}
            onChange={() => choose(option)}
          />
          {option.picture && <Picture name={option.picture} />}
          <span class="option-words">{option.label}</span>
        </label>
      ))}
    </div>
  );
}
