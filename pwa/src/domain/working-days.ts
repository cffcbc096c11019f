// Working days: Monday to Friday, except the bank holidays of a service's division and its own extra days. The twin of
// server/domain/working_days.py: same list, same vectors. A day is its date as text, "2026-12-24", free of any zone.
// Source: docs/rules/working-days.md.

export type Division = "england-and-wales" | "scotland" | "northern-ireland";

/** A dated list of the bank holidays of each division, and the years that it covers. */
export interface Calendar {
  version: string;
  made: string;
  first_year: number;
  last_year: number;
  divisions: Record<Division, Record<string, string>>;
}

/** A day that did not count, and why. */
export interface Passed {
  day: string;
  why: string;
}

const A_DAY = 86_400_000;
const MOST_DAYS = 1000;
const SATURDAY = "Saturday";
const SUNDAY = "Sunday";

export const isWeekend = (why: string): boolean => why === SATURDAY || why === SUNDAY;

const midnight = (day: string): Date => new Date(`${day}T00:00:00Z`);
export const plusDays = (day: string, days: number): string =>
  new Date(midnight(day).getTime() + days * A_DAY).toISOString().slice(0, 10);
/** 0 is Sunday, as JavaScript counts. */
export const weekday = (day: string): number => midnight(day).getUTCDay();

/** Whether this list knows which days are bank holidays in that day's year. */
export const covers = (calendar: Calendar, day: string): boolean =>
  calendar.first_year <= Number(day.slice(0, 4)) && Number(day.slice(0, 4)) <= calendar.last_year;

/** Why a day does not count: its weekend day, its bank holiday, or that it is a local one. */
export function whyNot(day: string, division: Division, calendar: Calendar, extra: readonly string[] = []): string | undefined {
  const holidays = calendar.divisions[division];
  if (weekday(day) === 6) return SATURDAY;
  if (weekday(day) === 0) return SUNDAY;
  return holidays[day] ?? (extra.includes(day) ? "local holiday" : undefined);
}

/** The `count`-th working day strictly after a day, and the days on the way that did not count. */
export function workingDayAfter(
  day: string,
  count: number,
  division: Division,
  calendar: Calendar,
  extra: readonly string[] = [],
): { day: string; passed: Passed[] } {
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST_DAYS)) {
    throw new RangeError(`The number of working days must be from 1 to ${MOST_DAYS}.`);
  }
  const passed: Passed[] = [];
  let left = count;
  while (left > 0) {
    day = plusDays(day, 1);
    const why = whyNot(day, division, calendar, extra);
    if (why === undefined) left--;
    else passed.push({ day, why });
  }
  return { day, passed };
}
