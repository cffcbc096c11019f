"""A visit note becomes an indicator when its writer was worried or its words are a strong sign."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain import visit_note
from server.domain.access import Permission, may
from server.domain.role import Role
from server.domain.standing import Standing
from tests import answers
from tests.domain.threads import (
    CAROL,
    FRIDAY,
    GRACE,
    MONDAY_AT_FIVE,
    ROLES,
    RULES,
    answered,
    corrected,
    scope,
    wrote,
)

MINUTE = timedelta(minutes=1)


def noted(**changes):
    return wrote("visit-note", answers.visit_note(GRACE, **changes))


def reviewed(root, decision="no_further_action", *, by=CAROL, at=FRIDAY + MINUTE):
    return answered(root, "review", {**answers.review(decision), "of": "visit-note"}, by=by, at=at)


def stand(*thread, roles=ROLES) -> Standing:
    return visit_note.stand(thread, RULES, scope(roles))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, []),
        ({"worried": "yes"}, ["worried"]),
        ({"worried": "not_sure"}, ["unsure"]),
        ({"note": "Her purse is gone from the drawer again."}, ["FIN-02"]),
        ({"as_usual": "no", "different": "Quiet. Her purse is gone from the drawer again."}, ["FIN-02"]),
        ({"note": "She said that he did not hit her."}, []),
        ({"note": "Small bruise on her arm, she bumped it."}, []),
        ({"worried": "yes", "note": "Her purse is gone from the drawer again."}, ["worried", "FIN-02"]),
    ],
)
def test_which_notes_a_manager_must_look_at(changes, why):
    stands = stand(noted(**changes))
    assert [each.rule for each in stands.why] == why
    assert stands.severity == ("low" if why else None)
    assert [deadline.due for deadline in stands.deadlines] == ([MONDAY_AT_FIVE] if why else [])


def test_the_words_that_caused_it_are_shown():
    (why,) = stand(noted(note="Her purse is gone from the drawer again.")).why
    assert '"purse is gone"' in why.words


def test_asking_for_more_does_not_stop_the_clock():
    root = noted(worried="yes")
    asked = reviewed(root, "more_information")
    stands = stand(root, asked)
    assert (stands.state, stands.deadlines[0].stop) == ("recorded", None)
    stands = stand(root, asked, reviewed(root, at=FRIDAY + 9 * MINUTE))
    assert (stands.state, stands.deadlines[0].stop) == ("reviewed", FRIDAY + 9 * MINUTE)


@pytest.mark.parametrize("role", list(Role))
def test_a_review_counts_just_when_the_role_may_decide_about_notes(role):
    root = noted(worried="yes")
    stands = stand(root, reviewed(root), roles={**ROLES, CAROL: role})
    assert (stands.state == "reviewed") is may(Permission.REVIEW_NOTE, [role])


def test_a_worry_that_is_taken_back_is_still_looked_at():
    root = noted(worried="yes")
    calmer = corrected(root, at=FRIDAY + MINUTE, worried="no")
    assert stand(root, calmer).severity == "low"
