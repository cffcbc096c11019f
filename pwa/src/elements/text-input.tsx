import { useLayoutEffect, useRef } from "preact/hooks";
import { describedBy, inputId } from "./field";

interface TextInputProps {
  at: string;
  value: string;
  help: string | null;
  error: string | null;
  most: number | null;
  chips: string[];
  prompts: string[];
  long: boolean;
  onInput: (text: string) => void;
}

/** Words typed or dictated with the phone's own keyboard; prompts remind, chips save typing. */
export function TextInput({ at, value, help, error, most, chips, prompts, long, onInput }: TextInputProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    // The box grows with the words, so that what is written stays in sight; rows do it without inline styles.
    const area = box.current;
    if (!area) return;
    area.rows = long ? 4 : 2;
    while (area.scrollHeight > area.clientHeight + 2 && area.rows < 14) area.rows += 1;
    // A box that grew under the bar at the bottom comes up again, while all of it fits.
    if (document.activeElement === area && area.clientHeight < innerHeight / 2) area.scrollIntoView({ block: "nearest" });
  }, [value, long]);
  // Off, since browsers keep what stands in other boxes on their own disk, to fill it in again, and not encrypted.
  const shared = { id: inputId(at), value, autocomplete: "off" as const, "aria-describedby": describedBy(at, help, error), "aria-invalid": error ? ("true" as const) : undefined };
  const left = most === null ? null : most - [...value].length;
  const withChip = (chip: string): string => (value.trim() ? `${value.trimEnd()}, ${chip.toLowerCase()}` : chip);
  return (
    <>
      {prompts.length > 0 && (
        <ul class="prompts" aria-label="Things to think about">
          {prompts.map((prompt) => <li key={prompt}>{prompt}</li>)}
        </ul>
      )}
      {long ? (
        <textarea class="input" ref={box} rows={4} {...shared} onInput={(event) => onInput(event.currentTarget.value)} />
      ) : (
        <input class="input" type="text" {...shared} onInput={(event) => onInput(event.currentTarget.value)} />
      )}
      {left !== null && left < 60 && (
        <p class="small soft" role="status">{left >= 0 ? `${left} letters left` : `${-left} letters too many`}</p>
      )}
      {chips.length > 0 && (
        <div class="row" role="group" aria-label="Words to add">
          {chips.map((chip) => (
            <button type="button" class="chip" key={chip} onClick={() => onInput(withChip(chip))}>{chip}</button>
          ))}
        </div>
      )}
    </>
  );
}
