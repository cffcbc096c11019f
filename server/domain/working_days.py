"""Working days: Monday to Friday, except the bank holidays of a service's division and its own extra days.

No single law says what a working day is for a care provider, so the choice is stated and printed with every
deadline. Past the years that the list of bank holidays covers no day is a holiday: a deadline then falls earlier
than it might, never later, and Heed says so.
Source: docs/rules/working-days.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from server.domain.errors import BadInput

#: What the days of a weekend are called, by their number in the week.
WEEKEND = {"Saturday": 5, "Sunday": 6}
#: Heed asks for a new list of bank holidays this long before the last day that it covers.
WARN_BEFORE = timedelta(days=60)
#: Nothing in care is due four years of working days away; a number so large is a slip of the finger.
MOST_DAYS = 1000


@dataclass(frozen=True)
class Calendar:
    """A dated list of the bank holidays of each division, and the years that it covers."""

    version: str
    made: date
    first_year: int
    last_year: int
    holidays: Mapping[str, Mapping[date, str]]

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Calendar:
        """The calendar in a bank-holidays file."""
        return cls(
            version=content["version"],
            made=date.fromisoformat(content["made"]),
            first_year=content["first_year"],
            last_year=content["last_year"],
            holidays={
                division: {date.fromisoformat(day): name for day, name in days.items()}
                for division, days in content["divisions"].items()
            },
        )

    def of_division(self, division: str) -> Mapping[date, str]:
        """The bank holidays of a division. Raises BadInput for one that there is not."""
        if division not in self.holidays:
            known = ", ".join(self.holidays)
            raise BadInput(f"There is no division called “{division}”. Choose one of: {known}.")
        return self.holidays[division]

    def covers(self, day: date) -> bool:
        """Whether this list knows which days are bank holidays in that year."""
        return self.first_year <= day.year <= self.last_year


def warning(calendar: Calendar, on: date) -> str | None:
    """A sentence for the managers once the list of bank holidays ends soon or has ended, else None."""
    last = date(calendar.last_year, 12, 31)
    if on > last:
        return (
            f"Heed’s list of bank holidays ended on 31 December {last.year}. Until it has a new one, bank holidays"
            " count as working days, so reviews fall due earlier."
        )
    if on >= last - WARN_BEFORE:
        return (
            f"Heed’s list of bank holidays ends on 31 December {last.year}. Ask whoever looks after Heed for a"
            " new one."
        )
    return None


def is_working_day(day: date, division: str, calendar: Calendar, extra: Collection[date] = ()) -> bool:
    """Whether a day counts. `extra` are days that a service keeps besides, like a Scottish council's holidays."""
    return why_not(day, division, calendar, extra) is None


def why_not(day: date, division: str, calendar: Calendar, extra: Collection[date] = ()) -> str | None:
    """Why a day does not count: its weekend day, its bank holiday, or that it is a local one. None when it counts."""
    holiday = calendar.of_division(division).get(day)
    for name, number in WEEKEND.items():
        if day.weekday() == number:
            return name
    return holiday or ("local holiday" if day in extra else None)


def working_day_after(
    day: date, count: int, division: str, calendar: Calendar, extra: Collection[date] = ()
) -> tuple[date, list[tuple[date, str]]]:
    """The `count`-th working day strictly after `day`, and the days on the way that did not count, with why."""
    if not 1 <= count <= MOST_DAYS:
        raise BadInput(f"The number of working days must be from 1 to {MOST_DAYS}.")
    passed: list[tuple[date, str]] = []
    for each in _days_after(day):
        reason = why_not(each, division, calendar, extra)
        if reason:
            passed.append((each, reason))
            continue
        count -= 1
        if count == 0:
            day = each
            break
    return day, passed


def working_day_before(day: date, division: str, calendar: Calendar, extra: Collection[date] = ()) -> date:
    """The last working day strictly before `day`."""
    day -= timedelta(days=1)
    while not is_working_day(day, division, calendar, extra):
        day -= timedelta(days=1)
    return day


def _days_after(day: date) -> Iterator[date]:
    while True:
        day += timedelta(days=1)
        yield day
