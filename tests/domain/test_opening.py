"""Opening what is restricted to a manager: who may, to whom, and what they may do from then on."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from server.domain import concern
from server.domain.entry import Fact
from server.domain.standing import Scope, Standing
from tests.domain.concerns import decided, reason, worried
from tests.domain.threads import (
    AMINA,
    BEN,
    CAROL,
    ESTHER,
    FARAH,
    FRIDAY,
    GWEN,
    LEO,
    RULES,
    acknowledged,
    answered,
    corrected,
    scope,
)

MINUTE = timedelta(minutes=1)
NOT_CAROL_YET: dict[str, Any] = {"who_caused": "nobody", "private_from": [str(CAROL)]}


def world() -> Scope:
    """Esther and Farah lead here, as far as nobody whom it is kept from has power over them."""
    plain = scope()

    def leads(_service: UUID, excluded: Collection[UUID], _author: UUID, at: datetime) -> set[UUID]:
        return {ESTHER, FARAH} - set(plain.conflicted(excluded, at))

    return replace(plain, leads=leads)


def stand(*thread: Fact) -> Standing:
    return concern.stand(concern.sort_out(thread, RULES, world()), RULES, world())


def opened(about: Fact, to: UUID, *, by: UUID = ESTHER, minutes: int = 10) -> Fact:
    said = {"to": str(to), "reason": "The person who wrote it agrees"}
    return answered(about, "opening", said, by=by, at=FRIDAY + minutes * MINUTE)


def test_the_manager_whom_it_was_kept_from_has_it_from_then_on():
    root = worried(**NOT_CAROL_YET)
    before = acknowledged(root, by=CAROL, at=FRIDAY + 9 * MINUTE)
    opening = opened(root, CAROL)
    after = acknowledged(root, by=CAROL, at=FRIDAY + 11 * MINUTE)
    decision = decided(root, by=CAROL, at=FRIDAY + 12 * MINUTE)
    stands = stand(root, before, opening, after, decision)
    assert [reason(stands, each) for each in (before, opening, after, decision)] == [
        "waiting",
        None,
        None,
        None,
    ]
    assert (stands.restricted, stands.excluded) == (True, set())
    assert [(each.worker, each.by) for each in stands.opened] == [(CAROL, ESTHER)]


@pytest.mark.parametrize(
    ("naming", "to"),
    [
        ({"who_caused": "our_staff", "who_worker": [str(CAROL)]}, CAROL),
        ({"who_caused": "our_staff", "who_name": "Carol"}, CAROL),
        ({"who_caused": "our_staff", "what_happened": "Carol pushed her into the chair again."}, CAROL),
        ({"who_caused": "a_manager"}, CAROL),
        ({"who_caused": "a_manager"}, GWEN),
        # Carol writes Gwen's rota, so what is kept from Carol is kept from Gwen.
        ({"who_caused": "our_staff", "who_name": "Carol"}, GWEN),
        (NOT_CAROL_YET, GWEN),
        # Neither manages anybody.
        (NOT_CAROL_YET, BEN),
        (NOT_CAROL_YET, LEO),
        (NOT_CAROL_YET, AMINA),
        ({**NOT_CAROL_YET, "who_caused": "not_sure", "who_name": "Carol"}, CAROL),
    ],
)
def test_it_never_opens_to_whom_it_is_about_nor_to_those_under_them(naming: dict[str, Any], to: UUID):
    root = worried(**naming)
    opening = opened(root, to)
    stands = stand(root, opening)
    assert (reason(stands, opening), stands.opened) == ("stays_closed", ())


def test_once_it_is_open_to_the_manager_it_may_be_opened_to_her_deputy():
    root = worried(**NOT_CAROL_YET)
    opening, next_ = opened(root, CAROL), opened(root, GWEN, by=FARAH, minutes=11)
    assert [each.worker for each in stand(root, opening, next_).opened] == [CAROL, GWEN]


def test_what_is_about_a_colleague_may_be_opened_to_the_manager_too():
    root = worried(who_caused="our_staff", who_name="Ben")
    stands = stand(root, opened(root, CAROL))
    assert [each.worker for each in stands.opened] == [CAROL]
    assert stands.excluded == {BEN}


@pytest.mark.parametrize(("by", "why"), [(CAROL, "waiting"), (LEO, "waiting"), (AMINA, "own_entry")])
def test_only_a_lead_opens_it(by: UUID, why: str):
    root = worried(**NOT_CAROL_YET)
    opening = opened(root, CAROL, by=by)
    stands = stand(root, opening)
    assert (reason(stands, opening), stands.opened) == (why, ())


def test_whoever_was_let_in_lets_nobody_else_in():
    root = worried(**NOT_CAROL_YET)
    onward = opened(root, GWEN, by=CAROL, minutes=11)
    stands = stand(root, opened(root, CAROL), onward)
    assert reason(stands, onward) == "not_allowed"


def test_a_correction_that_blames_her_closes_it_to_her_again():
    root = worried(**NOT_CAROL_YET)
    opening = opened(root, CAROL)
    blaming = corrected(root, at=FRIDAY + 20 * MINUTE, who_caused="our_staff", who_name="Carol")
    stands = stand(root, opening, blaming)
    assert (stands.opened, stands.excluded) == ((), {CAROL})
    assert reason(stands, opening) == "stays_closed"


def test_what_is_open_to_many_need_not_be_opened():
    root = worried()
    assert stand(root, opened(root, CAROL)).opened == ()
