import { useState } from "preact/hooks";
import { describedBy, inputId } from "./field";

const MONEY = /^\s*£?\s*([0-9]{1,6})(?:[.,]([0-9]{1,2})?)?\s*$/;

/** Pence from what somebody typed, or null when it is not a sum of money. */
export function penceIn(typed: string): number | null {
  const parts = MONEY.exec(typed.replace(/,([0-9]{3})(?![0-9])/g, "$1"));
  if (!parts) return null;
  return Number(parts[1]) * 100 + Number((parts[2] ?? "").padEnd(2, "0"));
}

const asTyped = (pence: number | null): string =>
  pence === null ? "" : `${Math.floor(pence / 100)}.${String(pence % 100).padStart(2, "0")}`;

interface MoneyInputProps {
  at: string;
  pence: number | null;
  help: string | null;
  error: string | null;
  onPence: (pence: number | null) => void;
}

/** Pounds on the screen, whole pence in the answer. */
export function MoneyInput({ at, pence, help, error, onPence }: MoneyInputProps) {
  const [typed, setTyped] = useState(asTyped(pence));
  const unclear = typed.trim() !== "" && penceIn(typed) === null;
  return (
    <>
      <div class="money">
        <span class="money-sign" aria-hidden="true">£</span>
        <input
          class="input"
          type="text"
          inputMode="decimal"
          autocomplete="off"
          id={inputId(at)}
          value={typed}
          aria-describedby={describedBy(at, help, error)}
          aria-invalid={error || unclear ? "true" : undefined}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            onPence(penceIn(event.currentTarget.value));
          }}
          onBlur={() => !unclear && setTyped(asTyped(penceIn(typed)))}
        />
      </div>
      {unclear && <p class="wrong" role="status">Write pounds and pence, like 7.35</p>}
    </>
  );
}
