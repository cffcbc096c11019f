"""Reviews: which of them count, and what whoever wrote the entry is told."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from server.domain.access import Permission
from server.domain.review import DECIDED_WORDS, UNDECIDED, Check, Decision, counting_reviews, outcome
from server.domain.standing import WHY_NONE, Effect
from tests import answers
from tests.domain.threads import AMINA, BEN, CAROL, ESTHER, FRIDAY, GRACE, GWEN, answered, scope, wrote

MINUTE = timedelta(minutes=1)
FORM = json.loads((Path(__file__).parents[2] / "schemas/review/v1.json").read_text(encoding="utf-8"))


def reviewed(root, by, minutes, decision="manage_inside", **changes):
    return answered(root, "review", answers.review(decision, **changes), by=by, at=FRIDAY + minutes * MINUTE)


def counting(*thread, excluded=()):
    effects: dict[str, Effect] = {}
    found = counting_reviews(thread, Permission.REVIEW_CONCERN, scope(), excluded, effects)
    return found, {key: effect.reason for key, effect in effects.items()}


def decisions_offered_about(form: str) -> list[str]:
    (branch,) = [
        each["then"]["properties"]["decision"]["enum"]
        for each in FORM["allOf"]
        if form in str(each["if"]["properties"].get("of"))
        and "decision" in each["then"].get("properties", {})
    ]
    return branch


def test_the_form_offers_just_the_decisions_that_the_rules_know():
    assert decisions_offered_about("concern") == list(Decision)
    assert decisions_offered_about("transaction-receipt") == list(Check)


@pytest.mark.parametrize("decision", [*Decision, *Check])
def test_the_writer_is_told_in_one_or_two_plain_sentences_what_was_decided(decision):
    words = DECIDED_WORDS[decision]
    assert words.endswith(".")
    assert len(words.split()) <= 16


def test_what_was_decided_is_told_and_why_it_was_is_not():
    root = wrote("concern", answers.concern(GRACE))
    decided = outcome([reviewed(root, CAROL, 1, rationale="Ben said that her son took the money before.")])
    assert decided is not None
    assert (decided.worker, decided.at, decided.decision) == (CAROL, FRIDAY + MINUTE, "manage_inside")
    assert "son" not in decided.words
    assert outcome([]) is None


def test_of_two_decisions_the_earlier_counts_and_the_later_stands_beside_it():
    root = wrote("concern", answers.concern(GRACE))
    one, other = reviewed(root, CAROL, 1), reviewed(root, GWEN, 2, "no_further_action")
    found, reasons = counting(root, one, other)
    assert found == [one]
    assert reasons == {one.key: None, other.key: "already_decided"}


def test_questions_may_be_asked_until_somebody_decides():
    root = wrote("concern", answers.concern(GRACE))
    thread = [
        reviewed(root, CAROL, 1, "more_information"),
        reviewed(root, GWEN, 2, "more_information"),
        reviewed(root, CAROL, 3, "refer_to_council"),
        reviewed(root, GWEN, 4, "more_information"),
    ]
    found, reasons = counting(root, *thread)
    assert found == thread[:3]
    assert reasons[thread[3].key] == "already_decided"
    assert {Decision.MORE_INFORMATION, Check.QUERY} == UNDECIDED


@pytest.mark.parametrize(
    ("by", "changes", "reason"),
    [
        (CAROL, {}, None),
        (CAROL, {"of": "visit-note"}, "wrong_form"),
        (CAROL, {"conflict": "yes"}, "conflicted"),
        (AMINA, {}, "own_entry"),
        (BEN, {}, "not_allowed"),
        (ESTHER, {}, None),
    ],
)
def test_why_a_review_does_not_count(by, changes, reason):
    root = wrote("concern", answers.concern(GRACE))
    review = reviewed(root, by, 1, **changes)
    found, reasons = counting(root, review)
    assert reasons == {review.key: reason}
    assert found == ([review] if reason is None else [])


@pytest.mark.parametrize(
    ("by", "changes", "excluded", "reason"),
    [
        (ESTHER, {}, [CAROL], None),
        (ESTHER, {"conflict": "yes"}, [CAROL], "conflicted"),
        (ESTHER, {"of": "visit-note"}, [CAROL], "wrong_form"),
        (AMINA, {}, [CAROL], "own_entry"),
        # Whatever is wrong with it, those whom it is closed to hear the same as when there is nothing.
        (ESTHER, {}, [ESTHER], "waiting"),
        (ESTHER, {"of": "visit-note"}, [ESTHER], "waiting"),
        (ESTHER, {"conflict": "yes"}, [ESTHER], "waiting"),
        (CAROL, {}, [BEN], "waiting"),
        (BEN, {"of": "visit-note"}, [BEN], "waiting"),
    ],
)
def test_why_a_review_of_something_restricted_does_not_count(by, changes, excluded, reason):
    root = wrote("concern", answers.concern(GRACE))
    review = reviewed(root, by, 1, **changes)
    effects = {}
    counting_reviews((root, review), Permission.REVIEW_RESTRICTED, scope(), excluded, effects)
    assert effects[review.key].reason == reason


@pytest.mark.parametrize("words", WHY_NONE.values())
def test_whoever_reviewed_in_vain_is_told_why(words):
    assert words.endswith(".")
