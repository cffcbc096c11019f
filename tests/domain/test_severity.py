"""How grave a concern is: the cases that the phone judges as well, and what holds for every table of rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.lexicon import Lexicon
from server.domain.severity import SeverityTable

SCHEMAS = Path(__file__).parents[2] / "schemas"


def read(path):
    return json.loads((SCHEMAS / path).read_text(encoding="utf-8"))


FILE = read("rules/severity.json")
TABLE = SeverityTable.from_json(FILE)
LEXICON = Lexicon.from_json(read("rules/lexicon.json"))
CASES = read("vectors/severity.json")["cases"]
CONCERN = read("concern/v1.json")
GRAVITY = {"low": 0, "amber": 1, "red": 2}


def judge(answers, low_concerns=0):
    return TABLE.judge(answers, LEXICON.hits(str(answers.get("what_happened", ""))), low_concerns)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_concern_is_as_grave_as_the_vectors_say(case):
    found = judge(case["answers"], case["low_concerns_in_28_days"])
    assert (found.severity, found.restricted) == (case["severity"], case["restricted"])
    assert [{"rule": why.rule, "words": why.words} for why in found.why] == case["why"]


def test_every_rule_has_a_case_in_which_it_fires():
    assert {why["rule"] for case in CASES for why in case["why"]} == {rule["id"] for rule in FILE["rules"]}


def test_every_rule_of_the_table_is_there_once():
    wanted = [f"R-{number:02}" for number in (*range(1, 18), 20)]
    assert sorted(rule["id"] for rule in FILE["rules"]) == wanted


def test_every_answer_that_a_rule_asks_for_can_be_given_in_the_form():
    """R-15 asks for feedback and not for a concern, so it is left out."""
    for rule in FILE["rules"]:
        for when in rule["when"].get("all", [rule["when"]]):
            if "answer" in when and rule["id"] != "R-15":
                assert set(when["is"]) <= options(when["answer"]), rule["id"]


def options(key):
    asked = CONCERN["properties"][key]
    if "$ref" in asked:
        asked = CONCERN["$defs"][asked["$ref"].rpartition("/")[2]] | asked
    return set(asked.get("enum") or asked["items"]["enum"])


choices = {
    key: st.sampled_from(sorted(options(key)))
    for key in ("danger_now", "safe_now", "harm", "who_caused", "others_at_risk", "before", "how_known")
}
categories = st.lists(st.sampled_from(sorted(options("category"))), unique=True, max_size=4)
concerns = st.fixed_dictionaries({}, optional={**choices, "category": categories})


@given(concerns, st.integers(0, 5))
def test_every_concern_has_a_severity_and_a_reason(answers, low_concerns):
    found = judge(answers, low_concerns)
    assert found.severity in GRAVITY
    assert found.why
    assert all(why.words.endswith(".") for why in found.why)


@given(concerns)
def test_having_happened_before_never_makes_a_concern_less_grave(answers):
    first = judge({**answers, "before": "no"}).severity
    again = judge({**answers, "before": "yes"}).severity
    assert GRAVITY[again] == min(GRAVITY[first] + 1, 2)


@given(concerns, st.sampled_from(["our_staff", "a_manager"]))
def test_a_concern_about_our_own_people_is_restricted_and_at_least_amber(answers, who):
    found = judge({**answers, "who_caused": who})
    assert found.restricted
    assert GRAVITY[found.severity] >= GRAVITY["amber"]


@given(concerns)
def test_a_concern_about_nobody_of_ours_is_not_restricted_by_the_table(answers):
    assert not judge({**answers, "who_caused": "stranger"}).restricted


@given(concerns)
def test_danger_is_red_whatever_else_is_said(answers):
    assert judge({**answers, "danger_now": "yes"}).severity == "red"


@given(concerns, st.integers(3, 9))
def test_many_low_concerns_change_only_a_low_one(answers, low_concerns):
    alone, among = judge(answers), judge(answers, low_concerns)
    assert among.severity == ("amber" if alone.severity == "low" else alone.severity)


@given(concerns, st.text(max_size=200))
def test_no_text_makes_a_concern_less_grave(answers, text):
    assert GRAVITY[judge({**answers, "what_happened": text}).severity] >= GRAVITY[judge(answers).severity]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["danger_now", "category", "harm", "before", "x"]), json_values))
def test_answers_of_any_shape_are_judged_without_failing(answers):
    assert TABLE.judge(answers, [], 0).severity in GRAVITY
