// When something is due: working days counted in the local calendar of Britain, whatever zone the phone is in, with the
// working in words. The twin of server/domain/deadline.py: same vectors. Source: docs/rules/working-days.md.
import { covers, isWeekend, weekday, workingDayAfter } from "./working-days.ts";
import type { Calendar, Division, Passed } from "./working-days.ts";

/** When the office closes (the default), at the time of day at which the clock started, or at the last minute. */
export type Mode = "close_of_day" | "same_clock_time" | "end_2359";

export interface Due {
  at: Date;
  working: string;
  passed: Passed[];
}

/** The day and the time of day that a clock on a wall in Britain shows. */
interface WallClock {
  day: string;
  time: string;
}

const CLOSES = "17:00:00.000";
const LAST_MINUTE = "23:59:00.000";
const MINUTE = 60_000;
/** Since 1972 Britain has kept two clocks: summer time, an hour ahead, and Greenwich's. The earlier reading comes first. */
const OFFSETS = [60, 0];

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const LONDON = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** The moment at which something is due `days` working days after it started. Only days after the local date count. */
export function dueAfterWorkingDays(
  start: Date,
  days: number,
  division: Division,
  calendar: Calendar,
  { mode = "close_of_day", extra = [] }: { mode?: Mode; extra?: readonly string[] } = {},
): Due {
  const began = onTheWall(start);
  const { day, passed } = workingDayAfter(began.day, days, division, calendar, extra);
  const time = { close_of_day: CLOSES, end_2359: LAST_MINUTE, same_clock_time: began.time }[mode];
  const last = { day, time };
  return { at: moment(last), working: working(began, last, days, passed, calendar), passed };
}

/** What a clock on a wall in Britain shows at a moment. */
export function onTheWall(at: Date): WallClock {
  const parts = Object.fromEntries(LONDON.formatToParts(at).map(({ type, value }) => [type, value]));
  const thousandths = String(((at.getTime() % 1000) + 1000) % 1000).padStart(3, "0");
  return {
    day: `${parts["year"]}-${parts["month"]}-${parts["day"]}`,
    time: `${parts["hour"]}:${parts["minute"]}:${parts["second"]}.${thousandths}`,
  };
}

/** The moment at which a wall clock shows this. Of an hour that the clocks repeat it is the earlier. */
export function moment({ day, time }: WallClock): Date {
  for (const offset of OFFSETS) {
    const at = new Date(Date.parse(`${day}T${time}Z`) - offset * MINUTE);
    const shown = onTheWall(at);
    if (shown.day === day && shown.time === time) return at;
  }
  throw new RangeError(`There is no ${day} ${time} in Britain: the clocks go forward over it.`);
}

function working(began: WallClock, due: WallClock, days: number, passed: Passed[], calendar: Calendar): string {
  const year = due.day.slice(0, 4);
  const when = `${spokenDay(due.day)}${year === began.day.slice(0, 4) ? "" : ` ${year}`} ${due.time.slice(0, 5)}`;
  const words = `due ${when}: ${leftOut(passed) || (days === 1 ? "the next working day" : `${days} working days later`)}`;
  if (covers(calendar, began.day) && covers(calendar, due.day)) return words;
  return `${words}; bank holidays are only known for ${calendar.first_year} to ${calendar.last_year}`;
}

const spokenDay = (day: string): string =>
  `${WEEKDAYS[weekday(day)]} ${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`;

/** What did not count, in order, weekends said once: "Christmas Day, the weekend and Boxing Day (substitute)". */
function leftOut(passed: Passed[]): string {
  const weekends = passed.filter(({ why }) => why === "Sunday").length;
  const whole = passed.filter(({ why }) => why === "Saturday").length === weekends;
  const spoken = passed.map(({ day, why }) => {
    if (isWeekend(why)) return weekends > 1 ? `${weekends} weekends` : whole ? "the weekend" : "Sunday";
    return why === "local holiday" ? `${why} (${spokenDay(day)})` : why;
  });
  const names = [...new Set(spoken)];
  const last = names.pop();
  if (last === undefined) return "";
  const listed = names.length ? `${names.join(", ")} and ${last}` : last;
  return `${listed} ${names.length || weekends > 1 ? "do" : "does"} not count`;
}
