"""Working days: Monday to Friday, except the bank holidays of a service's division.

No single law says what a working day is for a care provider, so the choice is stated and printed on every report.
Source: docs/rules/working-days.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from server.domain.errors import BadInput

SATURDAY = 5
#: Heed asks for a new list of bank holidays this long before the last one it has.
WARN_BEFORE = timedelta(days=60)


@dataclass(frozen=True)
class Calendar:
    """A dated list of bank holidays. Past its last year no day is a holiday, so a deadline falls earlier, not later."""

    version: str
    first_year: int
    last_year: int
    holidays: Mapping[str, Mapping[date, str]]

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Calendar:
        """The calendar in a bank-holidays file."""
        return cls(
            version=content["version"],
            first_year=content["first_year"],
            last_year=content["last_year"],
            holidays={
                division: {date.fromisoformat(day): name for day, name in days.items()}
                for division, days in content["divisions"].items()
            },
        )

    def holiday(self, day: date, division: str) -> str | None:
        """The name of the bank holiday on a day, if it is one in this division."""
        return self.of_division(division).get(day)

    def of_division(self, division: str) -> Mapping[date, str]:
        """The bank holidays of a division. Raises BadInput for one that there is not."""
        if division not in self.holidays:
            known = ", ".join(self.holidays)
            raise BadInput(f"There is no division called {division}. Choose one of: {known}.")
        return self.holidays[division]

    def warning(self, today: date) -> str | None:
        """A sentence for the managers when the list of bank holidays is running out, else None."""
        last = date(self.last_year, 12, 31)
        if today > last:
            return f"The list of bank holidays ended in {self.last_year}. Bank holidays are now counted as working days."
        if today > last - WARN_BEFORE:
            return f"The list of bank holidays ends in {self.last_year}. Heed needs a new one before then."
        return None


def is_working_day(day: date, division: str, calendar: Calendar, extra: Collection[date] = ()) -> bool:
    """Whether a day counts. `extra` are local holidays that a service keeps besides, as Scottish councils do."""
    return why_not(day, division, calendar, extra) is None


def why_not(day: date, division: str, calendar: Calendar, extra: Collection[date] = ()) -> str | None:
    """Why a day does not count: the name of its holiday or its weekend day. None when it counts."""
    holiday = calendar.holiday(day, division)
    if day.weekday() >= SATURDAY:
        return "Saturday" if day.weekday() == SATURDAY else "Sunday"
    return holiday or ("local holiday" if day in extra else None)


def days_after(day: date) -> Iterator[date]:
    """The days strictly after a day, one by one."""
    while True:
        day += timedelta(days=1)
        yield day


def working_day_after(
    day: date, count: int, division: str, calendar: Calendar, extra: Collection[date] = ()
) -> tuple[date, list[tuple[date, str]]]:
    """The `count`-th working day strictly after `day`, and the days on the way that did not count, with why."""
    if count < 1:
        raise BadInput("The number of working days must be 1 or more.")
    passed: list[tuple[date, str]] = []
    for each in days_after(day):
        reason = why_not(each, division, calendar, extra)
        if reason:
            passed.append((each, reason))
            continue
        count -= 1
        if count == 0:
            return each, passed
    raise AssertionError("days never end")


def working_day_before(day: date, division: str, calendar: Calendar, extra: Collection[date] = ()) -> date:
    """The last working day strictly before `day`."""
    day -= timedelta(days=1)
    while not is_working_day(day, division, calendar, extra):
        day -= timedelta(days=1)
    return day
