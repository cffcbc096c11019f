import { Options } from "./options";

interface RecordInputProps {
  at: string;
  records: readonly { value: string; label: string }[];
  chosen: readonly string[];
  many: boolean;
  onChoose: (keys: string[]) => void;
}

/** Something written before, chosen from what is on this phone. */
export function RecordInput({ at, records, chosen, many, onChoose }: RecordInputProps) {
  if (records.length === 0) return <p class="soft">There is nothing to choose on this phone yet.</p>;
  const options = records.map(({ value, label }) => ({ value, label, picture: null, tip: null, calls: [], alone: false }));
  return <Options at={at} options={options} chosen={chosen} many={many} onChoose={onChoose} />;
}
