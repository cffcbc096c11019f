"""Bank holidays of the three divisions, built from the law that makes them.

Most follow from rules: the Banking and Financial Dealings Act 1971, schedule 1; the St Andrew's Day Bank Holiday
(Scotland) Act 2007; New Year's Day, the last Monday in May's fixed place and the rest by standing proclamation. The
Crown may add or move a day by proclamation, sometimes only months before: those are a dated list of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

ENGLAND_AND_WALES, SCOTLAND, NORTHERN_IRELAND = "england-and-wales", "scotland", "northern-ireland"
DIVISIONS = (ENGLAND_AND_WALES, SCOTLAND, NORTHERN_IRELAND)
MONDAY, SATURDAY = 0, 5


def build(first: int, last: int, proclamations: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """The weekday bank holidays of each division from year `first` to year `last`: date to name."""
    proclamations = list(proclamations)
    return {
        division: {
            day.isoformat(): name
            for year in range(first, last + 1)
            for day, name in sorted(_year(year, division, proclamations).items())
        }
        for division in DIVISIONS
    }


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the computus of Meeus, Jones and Butcher."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _year(year: int, division: str, proclamations: list[Mapping[str, Any]]) -> dict[date, str]:
    days = {day: name for day, name in _statutory(year, division) if day.weekday() < SATURDAY}
    displaced = [(day, name) for day, name in _statutory(year, division) if day.weekday() >= SATURDAY]
    for day, name in sorted(displaced):
        # A day that falls on a weekend moves to the next weekday that is not a holiday already.
        while day.weekday() >= SATURDAY or day in days:
            day += timedelta(days=1)
        days[day] = f"{name} (substitute day)"
    for proclaimed in proclamations:
        if division not in proclaimed["divisions"]:
            continue
        day = date.fromisoformat(proclaimed["date"])
        if day.year != year:
            continue
        if "instead_of" in proclaimed:
            del days[date.fromisoformat(proclaimed["instead_of"])]
        days[day] = proclaimed["name"]
    return days


def _statutory(year: int, division: str) -> Iterable[tuple[date, str]]:
    sunday = easter(year)
    yield date(year, 1, 1), "New Year’s Day"
    yield sunday - timedelta(days=2), "Good Friday"
    yield _first_monday(year, 5), "Early May bank holiday"
    yield _last_monday(year, 5), "Spring bank holiday"
    yield date(year, 12, 25), "Christmas Day"
    yield date(year, 12, 26), "Boxing Day"
    if division == SCOTLAND:
        yield date(year, 1, 2), "2nd January"
        yield _first_monday(year, 8), "Summer bank holiday"
        yield date(year, 11, 30), "St Andrew’s Day"
        return
    yield sunday + timedelta(days=1), "Easter Monday"
    yield _last_monday(year, 8), "Summer bank holiday"
    if division == NORTHERN_IRELAND:
        yield date(year, 3, 17), "St Patrick’s Day"
        yield date(year, 7, 12), "Battle of the Boyne"


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7)


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=last.weekday())
