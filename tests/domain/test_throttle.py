"""Guessing gets slow; mistyping does not; nobody is locked out for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.domain.throttle import FREE, LONGEST_WAIT, MANY, REMEMBERED, SLOWLY, wait

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_few_slips_cost_nothing():
    assert wait([NOON] * (FREE - 1), [NOON] * (FREE - 1), NOON) == timedelta()


def test_each_further_one_costs_twice_as_much():
    costs = [wait([NOON] * (FREE + n), [], NOON).total_seconds() for n in range(6)]
    assert costs == [2, 4, 8, 16, 32, 64]


def test_no_wait_is_longer_than_a_quarter_of_an_hour():
    assert wait([NOON] * 10_000, [NOON] * 10_000, NOON) == LONGEST_WAIT == timedelta(minutes=15)


def test_all_places_together_may_try_twice_a_minute():
    many = [NOON - timedelta(seconds=n) for n in range(MANY + 1)]
    assert wait([], many, NOON) == SLOWLY
    assert wait([], many, NOON + SLOWLY) == timedelta()


@given(st.lists(st.integers(0, 7200)), st.lists(st.integers(0, 7200)))
def test_after_an_hour_of_quiet_all_is_forgiven(here: list[int], anywhere: list[int]):
    from_here = [NOON - timedelta(seconds=n) for n in here]
    from_anywhere = [NOON - timedelta(seconds=n) for n in anywhere]
    assert wait(from_here, from_anywhere, NOON + REMEMBERED) == timedelta()
    assert timedelta() <= wait(from_here, from_anywhere, NOON) <= LONGEST_WAIT
