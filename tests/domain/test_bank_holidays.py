"""The bank holidays: built from the law and a dated list, and the same as others find them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.bank_holidays import DIVISIONS, as_text, build, easter, of_year
from server.domain.working_days import Calendar, warning

RULES = Path(__file__).parents[2] / "schemas" / "rules"
PROCLAIMED = json.loads((RULES / "proclamations.json").read_text(encoding="utf-8"))
CALENDAR = Calendar.from_json(build(PROCLAIMED))
SUBDIVISION = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
ALL = list(DIVISIONS)


def test_the_kept_file_is_what_the_law_and_the_proclamations_give():
    assert (RULES / "bank-holidays.json").read_text(encoding="utf-8") == as_text(build(PROCLAIMED))


def test_the_list_covers_ten_years_and_more():
    assert CALENDAR.last_year - CALENDAR.first_year >= 10


@pytest.mark.parametrize("division", ALL)
def test_every_weekday_is_a_holiday_here_exactly_when_others_say_so(division):
    """Settled without exceptions: from 2020 to 2035 the independent `holidays` package differs on no weekday."""
    theirs = holidays.country_holidays(
        "GB", subdiv=SUBDIVISION[division], years=range(CALENDAR.first_year, CALENDAR.last_year + 1)
    )
    day, differ = date(CALENDAR.first_year, 1, 1), []
    while day.year <= CALENDAR.last_year:
        if day.weekday() < 5 and (day in theirs) != (day in CALENDAR.holidays[division]):
            differ.append((day, theirs.get(day), CALENDAR.holidays[division].get(day)))
        day += timedelta(days=1)
    assert differ == []


@pytest.mark.parametrize("division", ALL)
def test_no_holiday_is_kept_at_a_weekend(division):
    assert [day for day in CALENDAR.holidays[division] if day.weekday() >= 5] == []


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        (1961, date(1961, 4, 2)),
        (2000, date(2000, 4, 23)),
        (2008, date(2008, 3, 23)),
        (2011, date(2011, 4, 24)),
        (2024, date(2024, 3, 31)),
        (2026, date(2026, 4, 5)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter_falls_where_the_church_keeps_it(year, sunday):
    assert easter(year) == sunday


@given(st.integers(1583, 4000))
def test_easter_is_a_sunday_from_22_march_to_25_april(year):
    sunday = easter(year)
    assert sunday.weekday() == 6
    assert date(year, 3, 22) <= sunday <= date(year, 4, 25)


@given(st.integers(1980, 2400))
def test_every_year_has_as_many_holidays_as_the_law_names(year):
    counts = {division: len(of_year(year, division)) for division in DIVISIONS}
    assert counts == {"england-and-wales": 8, "scotland": 9, "northern-ireland": 10}


@pytest.mark.parametrize("division", ALL)
def test_a_moved_day_leaves_its_old_place(division):
    days = CALENDAR.holidays[division]
    assert date(2020, 5, 4) not in days
    assert days[date(2020, 5, 8)] == "Early May bank holiday (VE Day)"
    assert date(2022, 5, 30) not in days


def test_a_day_proclaimed_for_one_nation_is_nobody_elses():
    found = [division for division in DIVISIONS if date(2026, 6, 15) in CALENDAR.holidays[division]]
    assert found == ["scotland"]


def test_every_proclamation_says_when_it_was_announced_and_why():
    for each in PROCLAIMED["proclamations"]:
        assert date.fromisoformat(each["announced"]) < date.fromisoformat(each["date"]), each
        assert each["why"]
        assert set(each["divisions"]) <= set(DIVISIONS)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 11, 24), None),
        (date(2035, 10, 31), None),
        (date(2035, 11, 1), "ends on 31 December 2035"),
        (date(2035, 12, 31), "ends on 31 December 2035"),
        (date(2036, 1, 1), "ended on 31 December 2035"),
        (date(2050, 1, 1), "ended on 31 December 2035"),
    ],
)
def test_heed_asks_for_a_new_list_sixty_days_before_the_last_day(on, said):
    words = warning(CALENDAR, on)
    assert (words is None) if said is None else said in words
