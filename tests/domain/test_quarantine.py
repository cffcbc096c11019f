"""What could not be accepted: it is as urgent as what it says, closed to most, and waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain import quarantine
from server.domain.entry import Fact
from server.domain.standing import Standing
from tests.domain.threads import (
    BEN,
    CAROL,
    ESTHER,
    FARAH,
    FRIDAY,
    GWEN,
    LEO,
    MONDAY_AT_FIVE,
    RULES,
    acknowledged,
    answered,
    scope,
    wrote,
)

MINUTE = timedelta(minutes=1)


def held(text: str = '{"danger_now":', says_danger: bool = False) -> Fact:
    return wrote("quarantine", {"says_danger": says_danger, "text": text})


def dealt_with(root: Fact, *, by=ESTHER, at=FRIDAY + 5 * MINUTE) -> Fact:
    return answered(
        root, "review", {"of": "quarantine", "decision": "dealt_with", "reason": "Read it."}, by=by, at=at
    )


def stand(*thread: Fact) -> Standing:
    return quarantine.stand(thread, RULES, scope())


@pytest.mark.parametrize(("says_danger", "severity", "minutes"), [(True, "red", 15), (False, "amber", 60)])
def test_it_is_told_of_as_soon_as_what_it_says_asks(says_danger, severity, minutes):
    root = held(says_danger=says_danger)
    stands = stand(root)
    assert (stands.severity, stands.state, stands.restricted) == (severity, "quarantined", True)
    acknowledge, review = stands.deadlines
    assert acknowledge.ladder == severity
    assert acknowledge.due - root.received_at == timedelta(minutes=minutes)
    assert review.due == MONDAY_AT_FIVE
    assert "kept whole" in stands.why[0].words


def test_whoever_its_words_might_name_does_not_decide_about_it():
    root = held("Esther took the money and I am scared of her")
    by_esther, by_farah = dealt_with(root), dealt_with(root, by=FARAH, at=FRIDAY + 6 * MINUTE)
    stands = stand(root, by_esther, by_farah)
    assert stands.excluded == {ESTHER}
    assert stands.effects[by_esther.key].reason == "waiting"
    assert stands.state == "dealt_with"
    assert [deadline.stop for deadline in stands.deadlines] == [FRIDAY + 6 * MINUTE] * 2


@pytest.mark.parametrize("by", [BEN, CAROL, LEO])
def test_nobody_but_those_who_read_what_is_restricted_answers_it(by):
    root = held(says_danger=True)
    taken, review = acknowledged(root, by=by, at=FRIDAY + MINUTE), dealt_with(root, by=by)
    stands = stand(root, taken, review)
    assert (stands.seen, stands.state) == (None, "quarantined")
    assert {stands.effects[each.key].reason for each in (taken, review)} == {"waiting"}


def test_whoever_was_picked_in_it_does_not_decide_about_it():
    root = held(f'{{"answers": {{"who_worker": ["{ESTHER}"]}}}}')
    assert stand(root).excluded == {ESTHER}


def test_a_manager_of_no_name_could_be_any_manager():
    root = held('{"answers": {"who_caused": "a_manager"}}')
    assert stand(root).excluded == {CAROL, GWEN}


def test_having_it_stops_the_ladder_and_not_the_review():
    root = held(says_danger=True)
    acknowledge, review = stand(root, acknowledged(root, by=ESTHER, at=FRIDAY + MINUTE)).deadlines
    assert (acknowledge.stop, review.stop) == (FRIDAY + MINUTE, None)
