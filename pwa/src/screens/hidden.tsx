import { useEffect } from "preact/hooks";

const month = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric" });
const weekdays = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/** The weeks of this month, Monday first; 0 where there is no day. */
function weeksOf(now: Date): number[][] {
  const first = new Date(now.getFullYear(), now.getMonth(), 1);
  const length = new Date(now.getFullYear(), now.getMonth() + 1, 0).getDate();
  const cells = [...Array<number>((first.getDay() + 6) % 7).fill(0), ...Array.from({ length }, (_, index) => index + 1)];
  return Array.from({ length: Math.ceil(cells.length / 7) }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

/** A page about nothing, for when somebody looks over a shoulder. What was being written is kept. */
export function Hidden({ onBack }: { onBack: () => void }) {
  const now = new Date();
  useEffect(() => {
    document.title = "Calendar";
    scrollTo(0, 0);
  }, []);
  return (
    <main class="calendar" id="main">
      <h1>{month.format(now)}</h1>
      <table>
        <thead>
          <tr>{weekdays.map((day) => <th scope="col" key={day}>{day}</th>)}</tr>
        </thead>
        <tbody>
          {weeksOf(now).map((week, index) => (
            <tr key={index}>
              {week.map((day, place) => (
                <td key={place} aria-current={day === now.getDate() ? "date" : undefined}>{day || ""}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" class="calendar-back" onClick={onBack}>Back</button>
    </main>
  );
}
