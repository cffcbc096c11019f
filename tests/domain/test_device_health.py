"""When a device is taken for silent or stuck (docs/rules/device-health.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.domain.device_health import Heard, Worry, shift_is_silent, worries

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
WELL = Heard(
    last_seen_at=NOON, reported_at=NOON, unsent=0, oldest_unsent_at=None, storage_kept=True, is_told=True
)


def test_a_device_that_sent_everything_worries_nobody_however_long_it_is_silent() -> None:
    assert worries(WELL, NOON + timedelta(days=9)) == []


@pytest.mark.parametrize(("hours", "silent"), [(11.9, False), (12, True), (300, True)])
def test_a_device_that_holds_something_is_looked_for_after_twelve_hours(hours: float, silent: bool) -> None:
    holds = replace(WELL, unsent=2, oldest_unsent_at=NOON - timedelta(minutes=1))
    assert (Worry.SILENT in worries(holds, NOON + timedelta(hours=hours))) is silent


@pytest.mark.parametrize(("minutes", "stuck"), [(14, False), (15, True)])
def test_what_stays_although_the_device_was_in_touch_is_stuck(minutes: int, stuck: bool) -> None:
    holds = replace(WELL, unsent=1, oldest_unsent_at=NOON - timedelta(minutes=minutes))
    assert (Worry.STUCK in worries(holds, NOON)) is stuck


def test_a_browser_that_did_not_say_is_not_accused_of_losing() -> None:
    assert Worry.MAY_LOSE not in worries(replace(WELL, storage_kept=None), NOON)
    assert Worry.MAY_LOSE in worries(replace(WELL, storage_kept=False), NOON)


def test_a_device_that_cannot_be_told_says_so() -> None:
    assert worries(replace(WELL, is_told=False), NOON) == [Worry.NO_ALERTS]


@pytest.mark.parametrize(
    ("seen", "hours", "silent"),
    [
        (None, 2, True),
        (timedelta(hours=-9), 2, True),
        (timedelta(hours=-7), 2, False),
        (None, 1.9, False),
        (None, 73, False),
    ],
)
def test_a_shift_is_silent_when_nothing_was_heard_since_it_began(
    seen: timedelta | None, hours: float, silent: bool
) -> None:
    begin, until = NOON - timedelta(hours=8), NOON
    last = NOON + seen if seen is not None else None
    assert shift_is_silent(until, last, begin, until + timedelta(hours=hours)) is silent
