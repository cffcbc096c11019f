import { describedBy, inputId } from "./field";

interface NumberInputProps {
  at: string;
  number: number | null;
  help: string | null;
  error: string | null;
  onNumber: (number: number | null) => void;
}

/** A whole number. */
export function NumberInput({ at, number, help, error, onNumber }: NumberInputProps) {
  return (
    <input
      class="input input-short"
      type="text"
      inputMode="numeric"
      autocomplete="off"
      id={inputId(at)}
      value={number ?? ""}
      aria-describedby={describedBy(at, help, error)}
      aria-invalid={error ? "true" : undefined}
      onInput={(event) => {
        const digits = event.currentTarget.value.replace(/[^0-9]/g, "").slice(0, 6);
        event.currentTarget.value = digits;
        onNumber(digits === "" ? null : Number(digits));
      }}
    />
  );
}
