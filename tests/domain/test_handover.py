"""A handover: who must read it, when it is complete, and which items cannot wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.domain import handover
from server.domain.entry import Fact
from server.domain.standing import Standing
from tests import answers
from tests.domain.threads import (
    AMINA,
    BEN,
    CAROL,
    GRACE,
    GWEN,
    LEO,
    RULES,
    acknowledged,
    corrected,
    scope,
    wrote,
)

#: The shift ends, and the next one starts, at half past two.
STARTS = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SENT = STARTS - 10 * MINUTE
QUIET = {"person": str(GRACE), "level": "steady", "changed": "Slept well.", "safeguarding": "no"}
ON_SHIFT = [BEN, CAROL, GWEN, LEO]


def gave(readers=ON_SHIFT, **changes: Any) -> Fact:
    return wrote("handover", answers.handover(GRACE, readers, **changes), at=SENT)


def with_item(**changes: Any) -> Fact:
    return gave(items=[{**QUIET, **changes}])


def stand(*thread: Fact) -> Standing:
    return handover.stand(thread, RULES, scope())


def read_by(stands: Standing) -> set[object]:
    return {reader.worker for reader in stands.readers if reader.read_at}


@pytest.mark.parametrize(
    ("changes", "must"),
    [
        ({}, False),
        ({"level": "watch"}, False),
        ({"level": "act_now"}, True),
        ({"safeguarding": "yes"}, True),
        ({"safeguarding": "not_sure"}, False),
        ({"must_read": True}, True),
        ({"must_read": False}, False),
        ({"update_ref": "District nurse, 24 November"}, True),
    ],
)
def test_which_items_must_be_confirmed(changes, must):
    root = with_item(**changes)
    assert handover.must_be_read(root) is must
    assert bool(stand(root).deadlines) is must


def test_half_an_hour_into_the_shift_the_deputy_is_told_and_after_an_hour_the_manager():
    (read,) = stand(gave()).deadlines
    assert (read.start, read.due) == (STARTS, STARTS + 30 * MINUTE)
    assert [(rung.at - STARTS, rung.recipients) for rung in read.rungs] == [
        (30 * MINUTE, ("deputy_manager",)),
        (60 * MINUTE, ("registered_manager",)),
    ]


def test_three_of_four_have_read_it_and_the_clock_runs_on():
    root = gave()
    three = [acknowledged(root, by=who, at=STARTS + MINUTE) for who in (BEN, CAROL, GWEN)]
    stands = stand(root, *three)
    assert (stands.state, read_by(stands)) == ("sent", {BEN, CAROL, GWEN})
    assert stands.deadlines[0].stop is None
    last = acknowledged(root, by=LEO, at=STARTS + 40 * MINUTE)
    stands = stand(root, *three, last)
    assert stands.state == "complete"
    assert stands.deadlines[0].stop == STARTS + 40 * MINUTE


def test_what_was_read_without_signal_counts_from_when_it_was_read():
    root = gave([LEO])
    read = acknowledged(root, by=LEO, at=STARTS + 5 * MINUTE)
    (reader,) = stand(root, read).readers
    assert reader.read_at == STARTS + 5 * MINUTE


def test_reading_it_again_changes_nothing():
    root = gave([LEO])
    twice = [acknowledged(root, by=LEO, at=STARTS + minutes * MINUTE) for minutes in (5, 9)]
    (reader,) = stand(root, *twice).readers
    assert reader.read_at == STARTS + 5 * MINUTE


def test_a_correction_must_be_read_again():
    root = gave([LEO])
    read = acknowledged(root, by=LEO, at=STARTS + MINUTE)
    new = corrected(root, at=STARTS + 2 * MINUTE, nobody_else_changed=False)
    stands = stand(root, read, new)
    assert (stands.state, read_by(stands)) == ("sent", set())
    again = acknowledged(new, by=LEO, at=STARTS + 3 * MINUTE)
    assert stand(root, read, new, again).state == "complete"


def test_whoever_gives_it_does_not_also_receive_it():
    stands = stand(gave([AMINA, BEN]))
    assert [reader.worker for reader in stands.readers] == [BEN]


def test_whoever_it_is_not_for_confirms_nothing():
    root = gave([LEO])
    stray = acknowledged(root, by=CAROL, at=STARTS + MINUTE)
    stands = stand(root, stray)
    assert stands.effects[stray.key].reason == "not_allowed"
    assert stands.state == "sent"


def test_a_handover_for_nobody_is_never_complete():
    assert stand(gave([])).state == "sent"
