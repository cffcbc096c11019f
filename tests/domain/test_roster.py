"""A roster can be decided from now on; what has been stays as it was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from server.domain.errors import BadInput
from server.domain.roster import Slot, check_one_at_a_time, check_times, from_now_on

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HANA, IDRIS = UUID(int=1), UUID(int=2)


def slot(begin: float, until: float, worker: UUID = HANA, rank: int = 1) -> Slot:
    return Slot(rank, worker, "01632 960 011", NOON + timedelta(hours=begin), NOON + timedelta(hours=until))


def test_slots_that_touch_do_not_overlap():
    check_one_at_a_time([slot(8, 16), slot(0, 8, IDRIS), slot(0, 16, IDRIS, rank=2)])


@pytest.mark.parametrize(
    "other", [slot(7, 9, IDRIS), slot(1, 2, IDRIS), slot(-1, 20, IDRIS), slot(0, 8, HANA)]
)
def test_one_rank_is_held_by_one_person_at_a_time(other: Slot):
    with pytest.raises(BadInput, match="rank 1"):
        check_one_at_a_time([slot(0, 8), other])


@pytest.mark.parametrize("wrong", [slot(1, 1), slot(2, 1), slot(0, 24 * 31 + 1)])
def test_a_slot_lasts_some_time_and_not_too_long(wrong: Slot):
    with pytest.raises(BadInput) as refusal:
        check_times([slot(0, 8), wrong])
    assert list(refusal.value.errors) == ["1.until"]


def test_what_is_over_is_not_decided_any_more():
    assert from_now_on(slot(-8, 0), [], NOON) is None


def test_what_lies_ahead_is_decided_as_it_is():
    assert from_now_on(slot(0, 8), [], NOON) == slot(0, 8)


def test_nobody_becomes_on_call_in_the_past():
    assert from_now_on(slot(-4, 8), [], NOON) == slot(0, 8)
    assert from_now_on(slot(-4, 8), [slot(-4, 8, IDRIS)], NOON) == slot(0, 8)


def test_whoever_is_on_call_already_stays_so_from_their_beginning():
    assert from_now_on(slot(-4, 12), [slot(-4, 8)], NOON) == slot(-4, 12)
