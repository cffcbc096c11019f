"""Bank holidays of the three divisions, built from the law that makes them.

Most follow from rules that hold every year:

- the Banking and Financial Dealings Act 1971, schedule 1, which names most of the days and what replaces those
  that fall on a Sunday;
- the St Andrew's Day Bank Holiday (Scotland) Act 2007;
- common law, for Christmas Day and Good Friday in England, Wales and Northern Ireland;
- the proclamations made alike each year under section 1 of the 1971 Act: New Year's Day and the early May Monday
  outside Scotland, the last Monday in May and Boxing Day in Scotland, 12 July in Northern Ireland, and a weekday
  for whatever falls on a Saturday.

Beyond these the Crown may add or move a day, sometimes only days before. Those are a dated list of their own.
Source: docs/rules/working-days.md, "Where the bank holidays come from".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

ENGLAND_AND_WALES, SCOTLAND, NORTHERN_IRELAND = "england-and-wales", "scotland", "northern-ireland"
DIVISIONS = (ENGLAND_AND_WALES, SCOTLAND, NORTHERN_IRELAND)
MONDAY, SATURDAY = 0, 5


def build(proclaimed: Mapping[str, Any]) -> dict[str, Any]:
    """The whole bank-holidays file, from the years and the proclamations that `proclaimed` names."""
    years = range(proclaimed["first_year"], proclaimed["last_year"] + 1)
    return {
        "version": proclaimed["version"],
        "made": proclaimed["made"],
        "first_year": proclaimed["first_year"],
        "last_year": proclaimed["last_year"],
        "divisions": {
            division: {
                day.isoformat(): name
                for year in years
                for day, name in sorted(of_year(year, division, proclaimed["proclamations"]).items())
            }
            for division in DIVISIONS
        },
    }


def as_text(content: Mapping[str, Any]) -> str:
    """A bank-holidays file as it is kept: one day a line, so that a change shows which day changed."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def of_year(year: int, division: str, proclamations: Sequence[Mapping[str, Any]] = ()) -> dict[date, str]:
    """The weekday bank holidays of one year in one division. A day at a weekend is kept by its substitute alone."""
    days = _with_substitutes(sorted(_yearly(year, division)))
    for each in proclamations:
        day = date.fromisoformat(each["date"])
        if division not in each["divisions"] or day.year != year:
            continue
        if "instead_of" in each:
            del days[date.fromisoformat(each["instead_of"])]
        days[day] = each["name"]
    return days


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


def _with_substitutes(named: Sequence[tuple[date, str]]) -> dict[date, str]:
    days = {day: name for day, name in named if day.weekday() < SATURDAY}
    for day, name in named:
        if day.weekday() < SATURDAY:
            continue
        # Days on a weekday keep their place, so Christmas Day on a Sunday goes past Boxing Day to the Tuesday.
        while day.weekday() >= SATURDAY or day in days:
            day += timedelta(days=1)
        days[day] = f"{name} (substitute)"
    return days


def _yearly(year: int, division: str) -> Iterator[tuple[date, str]]:
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
