"""When something is due: the vectors that the phone runs as well, and what holds for every deadline."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.bank_holidays import DIVISIONS
from server.domain.deadline import (
    LONDON,
    Mode,
    due_after_working_days,
    explain,
    read_start,
    spoken,
    working_days_after,
    working_hours_before,
)
from server.domain.errors import BadInput
from server.domain.working_days import Calendar, is_working_day, why_not, working_day_after

SCHEMAS = Path(__file__).parents[2] / "schemas"
CALENDAR = Calendar.from_json(json.loads((SCHEMAS / "rules/bank-holidays.json").read_text(encoding="utf-8")))
VECTORS = json.loads((SCHEMAS / "vectors/due.json").read_text(encoding="utf-8"))
ENGLAND = "england-and-wales"

moments = st.integers(1_546_300_800, 2_114_380_800).map(lambda second: datetime.fromtimestamp(second, UTC))
divisions = st.sampled_from(DIVISIONS)


def at(text):
    return datetime.fromisoformat(text)


def name_of(case):
    return case["name"]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=name_of)
def test_everything_is_due_when_the_vectors_say(case):
    start = read_start(case["start"])
    due = due_after_working_days(
        start,
        case["days"],
        case["division"],
        CALENDAR,
        mode=Mode(case.get("mode", "close_of_day")),
        extra=[date.fromisoformat(day) for day in case.get("extra", [])],
    )
    assert start == at(case["start_utc"])
    assert due.at == at(case["due"])
    assert due.at.tzinfo is UTC
    assert due.working == case["working"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=name_of)
def test_a_start_that_is_no_time_is_refused_in_one_sentence(case):
    with pytest.raises(BadInput) as refusal:
        read_start(case["start"])
    assert str(refusal.value)[-1] == "."
    assert "\n" not in str(refusal.value)


def test_the_first_line_is_the_due_time_alone_and_the_working_follows():
    due, working = explain("2026-12-24T18:30", 1, ENGLAND, CALENDAR)
    assert due == "2026-12-29T17:00:00+00:00"
    first, *days = working.splitlines()
    assert (
        first == "due Tue 29 Dec 17:00: Christmas Day, the weekend and Boxing Day (substitute) do not count"
    )
    assert "  Mon 28 Dec 2026: Boxing Day (substitute)" in days


def test_a_due_time_in_summer_carries_the_offset_of_summer():
    assert explain("2026-07-10T15:00", 1, "northern-ireland", CALENDAR)[0] == "2026-07-14T17:00:00+01:00"


def test_a_deadline_past_the_list_says_so():
    assert (
        "bank holidays are only known for 2020 to 2035"
        in explain("2036-01-07T10:00", 1, ENGLAND, CALENDAR)[1]
    )
    assert "list of bank holidays ended" in explain("2036-01-07T10:00", 1, ENGLAND, CALENDAR)[1]


@pytest.mark.parametrize("days", [0, -1, 1001, 10**9])
def test_a_number_of_days_that_makes_no_sense_is_refused(days):
    with pytest.raises(BadInput, match="from 1 to 1000"):
        explain("2026-11-20T08:00", days, ENGLAND, CALENDAR)


def test_a_division_that_there_is_not_is_refused_and_the_others_named():
    with pytest.raises(BadInput, match="There is no division called “wales”.*england-and-wales"):
        explain("2026-11-20T08:00", 1, "wales", CALENDAR)


def test_a_start_without_an_offset_is_never_guessed_by_the_rule_itself():
    with pytest.raises(BadInput, match="without one nobody knows"):
        due_after_working_days(at("2026-11-20T08:00"), 1, ENGLAND, CALENDAR)


@given(moments, st.integers(1, 30), divisions)
def test_a_deadline_falls_at_five_on_a_working_day_after_its_start(start, days, division):
    due = due_after_working_days(start, days, division, CALENDAR).at.astimezone(LONDON)
    assert due.time() == time(17)
    assert is_working_day(due.date(), division, CALENDAR)
    assert due.date() > start.astimezone(LONDON).date()


@given(moments, st.integers(1, 29), divisions)
def test_one_day_more_is_the_next_working_day(start, days, division):
    first = due_after_working_days(start, days, division, CALENDAR)
    assert working_days_after(first.at, 1, division, CALENDAR) == (
        due_after_working_days(start, days + 1, division, CALENDAR).at
    )


@given(moments, moments, st.integers(1, 30), divisions)
def test_whatever_starts_later_is_never_due_earlier(one, other, days, division):
    earlier, later = sorted((one, other))
    assert (
        due_after_working_days(earlier, days, division, CALENDAR).at
        <= due_after_working_days(later, days, division, CALENDAR).at
    )


@given(moments, st.integers(1, 30), divisions)
def test_the_days_that_count_and_those_that_do_not_are_all_the_days(start, days, division):
    due = due_after_working_days(start, days, division, CALENDAR)
    between = (due.at.astimezone(LONDON).date() - start.astimezone(LONDON).date()).days
    assert between == days + len(due.passed)
    assert all(why_not(day, division, CALENDAR) == why for day, why in due.passed)


@given(moments, st.integers(1, 10), divisions)
def test_an_extra_day_off_never_brings_a_deadline_forward(start, days, division):
    plain = due_after_working_days(start, days, division, CALENDAR)
    extra = [plain.at.astimezone(LONDON).date()]
    assert due_after_working_days(start, days, division, CALENDAR, extra=extra).at > plain.at


@pytest.mark.parametrize(
    ("due", "hours", "before"),
    [
        ("2026-11-24T17:00Z", 2, "2026-11-24T15:00Z"),
        ("2026-11-24T17:00Z", 8, "2026-11-24T09:00Z"),
        ("2026-11-24T17:00Z", 9, "2026-11-23T16:00Z"),
        ("2026-11-23T10:00Z", 2, "2026-11-20T16:00Z"),  # over a weekend
        ("2026-12-29T10:30Z", 2, "2026-12-24T16:30Z"),  # over Christmas
        ("2026-11-24T23:59Z", 2, "2026-11-24T15:00Z"),  # the office closed at five
        ("2026-11-24T07:00Z", 2, "2026-11-23T15:00Z"),  # and had not opened yet
        ("2026-11-22T12:00Z", 2, "2026-11-20T15:00Z"),  # a Sunday has no working hours
        ("2026-07-14T16:00Z", 2, "2026-07-14T14:00Z"),  # five in summer
        ("2026-03-30T08:30Z", 1, "2026-03-27T16:30Z"),  # over the clocks going forward
        ("2026-11-24T17:00Z", 0, "2026-11-24T17:00Z"),
    ],
)
def test_working_hours_are_counted_back_from_nine_to_five(due, hours, before):
    assert working_hours_before(at(due), hours, ENGLAND, CALENDAR) == at(before)


@given(moments, st.integers(1, 40), divisions)
def test_working_hours_before_lie_in_an_open_office(due, hours, division):
    before = working_hours_before(due, hours, division, CALENDAR)
    local = before.astimezone(LONDON)
    assert before < due
    assert is_working_day(local.date(), division, CALENDAR)
    assert time(9) <= local.time() <= time(17)


def test_a_moment_is_spoken_in_local_time():
    assert spoken(at("2026-07-14T16:00Z")) == "Tue 14 Jul 17:00"
    assert spoken(at("2026-07-14T16:00Z"), year=True) == "Tue 14 Jul 2026 17:00"


def test_weekdays_and_months_are_english_whatever_the_machine_speaks():
    due = due_after_working_days(at("2026-09-28T09:00Z"), 1, ENGLAND, CALENDAR)
    assert due.working.startswith("due Tue 29 Sep 17:00")


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), divisions)
def test_a_local_holiday_is_named_only_where_no_other_reason_is(day, division):
    reason = why_not(day, division, CALENDAR)
    assert why_not(day, division, CALENDAR, [day]) == (reason or "local holiday")


def test_the_list_of_days_on_the_way_has_no_gap():
    day, passed = working_day_after(date(2026, 12, 24), 1, ENGLAND, CALENDAR)
    assert day - date(2026, 12, 24) == timedelta(days=len(passed) + 1)
