import { useState } from "preact/hooks";
import { inputId } from "./field";
import { when } from "./when";

type Chip = "now" | "today" | "yesterday" | "tomorrow" | "choose";

const before: [Chip, string][] = [["now", "Now"], ["today", "Earlier today"], ["yesterday", "Yesterday"], ["choose", "Choose"]];
const anyTime: [Chip, string][] = [["today", "Today"], ["tomorrow", "Tomorrow"], ["yesterday", "Yesterday"], ["choose", "Choose"]];

const two = (number: number): string => String(number).padStart(2, "0");
const dateOf = (at: Date): string => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const timeOf = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}`;

/** The moment as an answer holds it: the wall clock of this phone with its offset from UTC. */
export function momentOf(at: Date): string {
  const offset = -at.getTimezoneOffset();
  const size = Math.abs(offset);
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${dateOf(at)}T${timeOf(at)}:${two(at.getSeconds())}${zone}`;
}

function dayBeside(now: Date, days: number): Date {
  const other = new Date(now);
  other.setDate(other.getDate() + days);
  return other;
}

function chipFor(moment: string | null, now: Date): Chip | null {
  if (!moment) return null;
  const at = new Date(moment);
  if (Math.abs(now.getTime() - at.getTime()) < 60_000) return "now";
  if (dateOf(at) === dateOf(now)) return "today";
  if (dateOf(at) === dateOf(dayBeside(now, -1))) return "yesterday";
  if (dateOf(at) === dateOf(dayBeside(now, 1))) return "tomorrow";
  return "choose";
}

interface DateTimeProps {
  at: string;
  moment: string | null;
  now: Date;
  /** Something that has happened already. */
  past: boolean;
  onMoment: (moment: string | null) => void;
}

/** When: one tap for the usual answers, a day and a time for the others. */
export function DateTime({ at, moment, now, past, onMoment }: DateTimeProps) {
  const chips = past ? before : anyTime;
  const inferred = chipFor(moment, now);
  const [chosen, setChosen] = useState<Chip | null>(chips.some(([chip]) => chip === inferred) ? inferred : moment ? "choose" : null);
  const [date, setDate] = useState(moment ? dateOf(new Date(moment)) : "");
  const [time, setTime] = useState(moment ? timeOf(new Date(moment)) : "");

  const tell = (day: string, hour: string): void => {
    setDate(day);
    setTime(hour);
    const picked = new Date(`${day}T${hour}`);
    onMoment(day && hour && !Number.isNaN(picked.getTime()) ? momentOf(picked) : null);
  };
  const choose = (chip: Chip): void => {
    setChosen(chip);
    if (chip === "now") onMoment(momentOf(now));
    else if (chip === "choose") tell(date, time);
    else tell(dateOf(chip === "yesterday" ? dayBeside(now, -1) : chip === "tomorrow" ? dayBeside(now, 1) : now), chosen === "now" ? "" : time);
  };
  return (
    <div class="stack-tight">
      <div class="options options-chips">
        {chips.map(([chip, words], index) => (
          <label class="option" key={chip}>
            <input
              class="option-input"
              type="radio"
              autocomplete="off"
              name={at}
              id={index === 0 ? inputId(at) : undefined}
              checked={chosen === chip}
              onChange={() => choose(chip)}
            />
            <span class="option-words">{words}</span>
          </label>
        ))}
      </div>
      {chosen && chosen !== "now" && (
        <div class="row row-fields">
          {chosen === "choose" && (
            <label class="part">
              Day
              <input class="input" type="date" autocomplete="off" value={date} max={past ? dateOf(now) : undefined} onInput={(event) => tell(event.currentTarget.value, time)} />
            </label>
          )}
          <label class="part">
            Time
            <input class="input" type="time" autocomplete="off" value={time} onInput={(event) => tell(date, event.currentTarget.value)} />
          </label>
        </div>
      )}
      {moment && <p class="soft small">{when(moment, now)}</p>}
    </div>
  );
}
