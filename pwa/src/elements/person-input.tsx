import { useState } from "preact/hooks";
import { inputId } from "./field";

export interface Somebody {
  id: string;
  name: string;
  /** A second name or a service, to tell two people of the same name apart. */
  note: string | null;
}

interface PersonInputProps {
  at: string;
  people: readonly Somebody[];
  chosen: string | null;
  /** What to offer for somebody who is not in the list: a value and its words. */
  other: { value: string; label: string } | null;
  many: boolean;
  chosenMany: readonly string[];
  onChoose: (ids: string[]) => void;
}

const FEW = 8;

/** Somebody from the list on this phone: letters narrow a long list. */
export function PersonInput({ at, people, chosen, other, many, chosenMany, onChoose }: PersonInputProps) {
  const [letters, setLetters] = useState("");
  const picked = many ? chosenMany : chosen === null ? [] : [chosen];
  const isLong = people.length > FEW;
  const wanted = letters.trim().toLowerCase();
  const listed = people.filter(
    ({ id, name, note }) => picked.includes(id) || !wanted || `${name} ${note ?? ""}`.toLowerCase().includes(wanted),
  );
  const choose = (id: string): void => {
    if (!many) onChoose([id]);
    else onChoose(picked.includes(id) ? picked.filter((one) => one !== id) : [...picked, id]);
  };
  const row = (value: string, label: string, note: string | null, first: boolean) => (
    <label class="option" key={value}>
      <input
        class="option-input"
        type={many ? "checkbox" : "radio"}
        autocomplete="off"
        name={at}
        id={first ? inputId(at) : undefined}
        checked={picked.includes(value)}
        onChange={() => choose(value)}
      />
      <span class="option-words">
        {label}
        {note && <span class="soft small"> {note}</span>}
      </span>
    </label>
  );
  return (
    <div class="stack-tight">
      {isLong && (
        <label class="part">
          Find by name
          <input class="input" type="search" autocomplete="off" value={letters} onInput={(event) => setLetters(event.currentTarget.value)} />
        </label>
      )}
      <div class={isLong ? "options options-scroll" : "options"}>
        {listed.map(({ id, name, note }, index) => row(id, name, note, index === 0))}
        {other && row(other.value, other.label, null, listed.length === 0)}
      </div>
      {isLong && wanted !== "" && listed.length === 0 && <p class="soft" role="status">Nobody by that name is on this phone.</p>}
      {people.length === 0 && <p class="soft">No names are on this phone yet. They come with the next signal.</p>}
    </div>
  );
}
