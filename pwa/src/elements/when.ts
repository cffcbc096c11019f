// Times in the words of a person, as the clock on the wall in the United Kingdom has them.

const zone = { timeZone: "Europe/London" } as const;
const clock = new Intl.DateTimeFormat("en-GB", { ...zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat("en-GB", { ...zone, weekday: "short", day: "numeric", month: "short" });
const dayWithYear = new Intl.DateTimeFormat("en-GB", { ...zone, day: "numeric", month: "short", year: "numeric" });
const dateKey = new Intl.DateTimeFormat("en-CA", { ...zone, year: "numeric", month: "2-digit", day: "2-digit" });

const MINUTE = 60_000;
const DAY = 86_400_000;

/** "14:02" */
export const clockTime = (moment: string | Date): string => clock.format(new Date(moment));

const isSameDay = (one: Date, other: Date): boolean => dateKey.format(one) === dateKey.format(other);

/** "14:02" today, "yesterday 14:02", "Tue 24 Nov 14:02", and the year when it is another. */
export function when(moment: string | Date, now: Date): string {
  const at = new Date(moment);
  const time = clock.format(at);
  if (isSameDay(at, now)) return time;
  if (isSameDay(at, new Date(now.getTime() - DAY))) return `yesterday ${time}`;
  if (isSameDay(at, new Date(now.getTime() + DAY))) return `tomorrow ${time}`;
  const far = Math.abs(now.getTime() - at.getTime()) > 300 * DAY;
  return `${(far ? dayWithYear : day).format(at)} ${time}`;
}

/** "Tue 24 Nov" */
export const onDay = (moment: string | Date): string => day.format(new Date(moment));

/** "0:04" or "26:10": hours and minutes, as a learning review writes a gap. */
export function hoursAndMinutes(from: string | Date, until: string | Date): string {
  const minutes = Math.round((new Date(until).getTime() - new Date(from).getTime()) / MINUTE);
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "−" : ""}${Math.floor(size / 60)}:${String(size % 60).padStart(2, "0")}`;
}

const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** "12 minutes", "5 hours", "3 days" */
function span(milliseconds: number): string {
  const minutes = Math.round(milliseconds / MINUTE);
  if (minutes < 1) return "less than a minute";
  if (minutes < 90) return counted(minutes, "minute");
  if (minutes < 36 * 60) return counted(Math.round(minutes / 60), "hour");
  return counted(Math.round(minutes / 1440), "day");
}

/** "Due in 12 minutes" or "Late by 2 days" */
export function leftWords(due: string, now: Date): string {
  const left = new Date(due).getTime() - now.getTime();
  return left >= 0 ? `Due in ${span(left)}` : `Late by ${span(-left)}`;
}

/** "Due in 12 minutes (14:15)" or "Late by 2 days (was due Tue 24 Nov 17:00)" */
export function dueWords(due: string, now: Date): string {
  return `${leftWords(due, now)} (${isOverdue(due, now) ? "was due " : ""}${when(due, now)})`;
}

export const isOverdue = (due: string | null, now: Date): boolean => due !== null && new Date(due) < now;

/** "£7.35", from whole pence. */
export function pounds(pence: number): string {
  const size = Math.abs(pence);
  return `${pence < 0 ? "−" : ""}£${Math.floor(size / 100)}.${String(size % 100).padStart(2, "0")}`;
}
