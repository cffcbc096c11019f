"""What the rules make of a concern: its clocks, who may have it, who may decide, and what a decision changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain import concern
from server.domain.access import Permission, may
from server.domain.concern import State
from server.domain.review import Decision
from server.domain.role import Role
from tests import answers
from tests.domain.concerns import clock, decided, reason, red, stand, worried
from tests.domain.threads import (
    AMINA,
    BEN,
    CAROL,
    ESTHER,
    FARAH,
    FRIDAY,
    GRACE,
    GWEN,
    LEO,
    MONDAY_AT_FIVE,
    ROLES,
    acknowledged,
    corrected,
    wrote,
)

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("at", "in_time"),
    [
        (datetime(2026, 11, 23, 16, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 17, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 17, 1, tzinfo=UTC), False),
    ],
)
def test_what_was_written_on_friday_evening_is_reviewed_by_monday_at_five(at, in_time):
    root = worried()
    review = clock(stand(root, decided(root, at=at)), "review")
    assert (review.start, review.due, review.stop) == (FRIDAY, MONDAY_AT_FIVE, at)
    assert (review.stop <= review.due) is in_time


def test_the_clock_starts_when_it_was_written_however_late_it_arrives():
    arrived_on_saturday = wrote("concern", answers.concern(GRACE), received_after=timedelta(hours=16))
    review = clock(stand(arrived_on_saturday), "review")
    assert (review.start, review.due) == (FRIDAY, MONDAY_AT_FIVE)


def test_saying_i_have_this_does_not_stop_the_clock_of_the_review():
    root = red()
    stands = stand(
        root,
        acknowledged(root, by=LEO, at=FRIDAY + 3 * MINUTE),
        decided(root, severity_now="red", at=FRIDAY + timedelta(days=7)),
    )
    assert clock(stands, "acknowledge").stop == FRIDAY + 3 * MINUTE
    review = clock(stands, "review")
    assert review.stop is not None
    assert review.stop > review.due


def test_asking_for_more_does_not_stop_the_clock_either():
    root = worried()
    asked = decided(root, "more_information")
    stands = stand(root, asked)
    assert stands.state == State.NEEDS_INFORMATION
    assert clock(stands, "review").stop is None
    assert stands.due == MONDAY_AT_FIVE
    later = decided(root, "not_safeguarding", by=GWEN, at=FRIDAY + 60 * MINUTE)
    stands = stand(root, asked, later)
    assert stands.state == State.NOT_SAFEGUARDING
    assert clock(stands, "review").stop == FRIDAY + 60 * MINUTE
    assert stands.due is None


@pytest.mark.parametrize(
    ("severity", "changes", "minutes"),
    [("red", {"safe_now": "no"}, 15), ("amber", {"safe_now": "not_sure"}, 60), ("low", {}, None)],
)
def test_how_soon_somebody_must_have_it(severity, changes, minutes):
    stands = stand(worried(**changes))
    assert stands.severity == severity
    within = [d.due - d.start for d in stands.deadlines if d.rule == "acknowledge"]
    assert within == ([timedelta(minutes=minutes)] if minutes else [])


@pytest.mark.parametrize("decision", list(Decision))
def test_every_decision_leads_to_a_state_and_to_words_for_the_writer(decision):
    root = worried()
    stands = stand(root, decided(root, decision))
    assert stands.state == concern.STATE_AFTER[decision]
    assert stands.decided is not None
    assert stands.decided.words.endswith(".")
    assert answers.review(decision)["rationale"] not in stands.decided.words


@pytest.mark.parametrize("role", list(Role))
def test_a_decision_counts_just_when_the_role_may_decide(role):
    root = worried()
    stands = stand(root, decided(root), roles={**ROLES, CAROL: role})
    may_decide = role in {Role.REGISTERED_MANAGER, Role.DEPUTY_MANAGER, Role.SAFEGUARDING_LEAD}
    assert stands.state == (State.CLOSED if may_decide else State.RECORDED)
    assert (clock(stands, "review").stop is not None) is may_decide


@pytest.mark.parametrize("role", list(Role))
def test_whoever_may_have_it_says_so_and_nobody_else(role):
    root = red()
    taken = acknowledged(root, by=CAROL, at=FRIDAY + MINUTE)
    stands = stand(root, taken, roles={**ROLES, CAROL: role})
    may_have = may(Permission.ACKNOWLEDGE_CONCERN, [role])
    assert (stands.seen is not None) is may_have
    assert stands.state == (State.ACKNOWLEDGED if may_have else State.RECORDED)
    assert reason(stands, taken) == (None if may_have else "not_allowed")


def test_whoever_is_on_call_may_have_it_whatever_their_role():
    root = red()
    taken = acknowledged(root, by=LEO, at=FRIDAY + MINUTE)
    stands = stand(root, taken)
    assert stands.seen is not None
    assert (stands.seen.worker, stands.seen.at) == (LEO, FRIDAY + MINUTE)


def test_being_on_call_does_not_reach_into_a_restricted_concern():
    root = red(who_caused="our_staff", category=["financial"])
    taken = acknowledged(root, by=LEO, at=FRIDAY + MINUTE)
    stands = stand(root, taken)
    assert stands.restricted
    assert reason(stands, taken) == "waiting"
    assert clock(stands, "acknowledge").stop is None


def test_the_first_who_has_it_is_shown_however_late_their_word_arrived():
    root = red()
    first = acknowledged(root, by=BEN, at=FRIDAY + 2 * MINUTE)
    second = acknowledged(root, by=CAROL, at=FRIDAY + 4 * MINUTE)
    for thread in ([root, first, second], [root, second, first]):
        stands = stand(*thread)
        assert stands.seen is not None
        assert stands.seen.worker == BEN


def test_nobody_answers_what_they_wrote_themselves():
    root = wrote("concern", answers.concern(GRACE, safe_now="no"), by=CAROL)
    taken, review = acknowledged(root, by=CAROL, at=FRIDAY + MINUTE), decided(root, by=CAROL)
    stands = stand(root, taken, review)
    assert (reason(stands, taken), reason(stands, review)) == ("own_entry", "own_entry")
    assert stands.state == State.RECORDED


def test_whoever_decides_has_seen_it():
    root = red()
    stands = stand(root, decided(root, severity_now="red"))
    assert stands.seen is not None
    assert stands.seen.worker == CAROL
    assert clock(stands, "acknowledge").stop == FRIDAY + 10 * MINUTE


def test_a_later_decision_stands_beside_the_earlier_one_and_changes_nothing():
    root = worried()
    earlier = decided(root, "manage_inside", by=GWEN)
    later = decided(root, "no_further_action", by=CAROL, at=FRIDAY + 11 * MINUTE)
    for thread in ([root, earlier, later], [root, later, earlier]):
        stands = stand(*thread)
        assert stands.state == State.MANAGED_INSIDE
        assert reason(stands, earlier) is None
        assert reason(stands, later) == "already_decided"


def test_a_decision_of_somebody_who_may_not_does_not_shut_out_one_who_may():
    root = worried()
    by_supervisor = decided(root, "no_further_action", by=BEN)
    by_manager = decided(root, "manage_inside", by=CAROL, at=FRIDAY + 20 * MINUTE)
    stands = stand(root, by_supervisor, by_manager)
    assert reason(stands, by_supervisor) == "not_allowed"
    assert stands.state == State.MANAGED_INSIDE


def test_a_manager_who_says_that_they_are_close_to_it_decides_nothing():
    root = worried()
    review = decided(root, conflict="yes")
    stands = stand(root, review)
    assert reason(stands, review) == "conflicted"
    assert clock(stands, "review").stop is None


def test_a_concern_about_staff_is_for_two_roles_and_never_for_whom_it_names():
    told = "Carol shouted at her and took twenty pounds out of the tin."
    root = worried(who_caused="a_manager", category=["financial"], what_happened=told)
    by_carol = decided(root, by=CAROL)
    by_gwen = decided(root, by=GWEN, at=FRIDAY + 11 * MINUTE)
    by_esther = decided(root, "refer_to_council", by=ESTHER, severity_now="red", at=FRIDAY + 12 * MINUTE)
    stands = stand(root, by_carol, by_gwen, by_esther)
    assert (stands.severity, stands.restricted, stands.excluded) == ("red", True, {CAROL, GWEN})
    assert reason(stands, by_carol) == reason(stands, by_gwen) == "waiting"
    assert stands.state == State.REFERRED


def test_a_safeguarding_lead_whom_it_names_leaves_it_to_the_nominated_individual():
    root = worried(who_caused="our_staff", who_name="Esther")
    by_esther = decided(root, by=ESTHER)
    by_farah = decided(root, by=FARAH, at=FRIDAY + 11 * MINUTE, severity_now="amber")
    stands = stand(root, by_esther, by_farah)
    assert reason(stands, by_esther) == "waiting"
    assert stands.state == State.CLOSED


@pytest.mark.parametrize(
    ("second", "severity"),
    [
        (None, "red"),
        (CAROL, "red"),  # oneself is not a second person
        (AMINA, "red"),
        (BEN, "red"),  # a supervisor may read it, but not decide
        (LEO, "red"),  # nor does being on call
        (GWEN, "low"),
        (ESTHER, "low"),
        (FARAH, "low"),
    ],
)
def test_lowering_red_needs_a_second_manager(second, severity):
    root = red()
    agreed = {"reviewed_with": str(second)} if second else {}
    stands = stand(root, decided(root, "manage_inside", severity_now="low", **agreed))
    assert stands.severity == severity
    assert [flag.rule for flag in stands.flags] == ([] if severity == "low" else ["second_person"])
    # Whatever becomes of the colour, the decision itself was made and in time.
    assert stands.state == State.MANAGED_INSIDE


def test_whoever_wrote_a_red_concern_is_not_the_second_person_who_lowers_it():
    root = wrote("concern", red().answers, by=GWEN)
    stands = stand(root, decided(root, "manage_inside", severity_now="low", reviewed_with=str(GWEN)))
    assert stands.severity == "red"


def test_red_that_one_manager_alone_could_not_lower_is_lowered_when_two_agree():
    root = red()
    alone = decided(root, "more_information", severity_now="low")
    together = decided(
        root,
        "manage_inside",
        by=GWEN,
        at=FRIDAY + 20 * MINUTE,
        severity_now="amber",
        reviewed_with=str(CAROL),
    )
    stands = stand(root, alone, together)
    assert (stands.severity, stands.flags) == ("amber", ())


@pytest.mark.parametrize(
    ("changes", "now"),
    [({"safe_now": "not_sure"}, "low"), ({}, "red"), ({}, "amber"), ({"safe_now": "no"}, "red")],
)
def test_one_manager_alone_may_raise_and_may_lower_amber(changes, now):
    root = worried(**changes)
    stands = stand(root, decided(root, severity_now=now))
    assert (stands.severity, stands.flags) == (now, ())


def test_a_correction_that_makes_it_graver_starts_the_ladder_anew():
    root = worried(safe_now="not_sure")
    graver = corrected(root, at=FRIDAY + 30 * MINUTE, safe_now="no")
    before, after = (clock(stand(*thread), "acknowledge") for thread in ([root], [root, graver]))
    assert (before.ladder, before.start) == ("amber", root.received_at)
    assert (after.ladder, after.start) == ("red", graver.received_at)
    assert after.version > before.version
    assert clock(stand(root, graver), "review").start == FRIDAY


def test_when_two_corrections_cross_the_graver_one_holds():
    root = worried()
    one = corrected(root, at=FRIDAY + 5 * MINUTE, safe_now="no")
    other = corrected(root, at=FRIDAY + 6 * MINUTE, harm="a_little")
    assert stand(root, one, other).severity == "red"
    assert stand(root, other, one).severity == "red"


def test_a_correction_never_talks_away_what_nobody_has_looked_at():
    root = worried()
    graver = corrected(root, at=FRIDAY + 5 * MINUTE, safe_now="no")
    calmer = corrected(graver, at=FRIDAY + 6 * MINUTE, safe_now="yes")
    assert stand(root, graver, calmer).severity == "red"


def test_nobody_corrects_what_another_wrote():
    root = red()
    softened = corrected(root, at=FRIDAY + 5 * MINUTE, by=CAROL, safe_now="yes")
    stands = stand(root, softened)
    assert stands.severity == "red"
    assert reason(stands, softened) == "not_yours"


def test_the_third_low_concern_in_28_days_turns_amber():
    assert stand(worried(), low_concerns=2).severity == "low"
    third = stand(worried(), low_concerns=3)
    assert (third.severity, [why.rule for why in third.why]) == ("amber", ["R-14"])


@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(chance):
    root = red()
    first = corrected(root, at=FRIDAY + MINUTE, harm="a_little")
    thread = [
        root,
        first,
        corrected(root, at=FRIDAY + 2 * MINUTE, before="yes"),
        acknowledged(root, by=LEO, at=FRIDAY + 2 * MINUTE),
        acknowledged(root, by=AMINA, at=FRIDAY + MINUTE),
        decided(root, "more_information", by=GWEN, at=FRIDAY + 3 * MINUTE, severity_now="red"),
        decided(root, "manage_inside", by=CAROL, at=FRIDAY + 4 * MINUTE, severity_now="low"),
        decided(root, "no_further_action", by=ESTHER, at=FRIDAY + 4 * MINUTE, severity_now="low"),
    ]
    as_written = stand(*thread)
    chance.shuffle(thread)
    assert stand(*thread) == as_written


def test_a_correction_counts_though_the_clock_went_back_between_it_and_what_it_corrects():
    first = worried()
    middle = corrected(first, at=FRIDAY + 5 * MINUTE)
    last = corrected(middle, at=FRIDAY + 4 * MINUTE, danger_now="yes")
    stands = stand(first, last, middle)
    assert stands.severity == "red"
    assert reason(stands, last) is None
