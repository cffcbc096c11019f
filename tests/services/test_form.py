"""The shelf of forms: every version stays, and what is wrong with answers is said in plain words."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from server.domain.form import Problem, UnknownForm
from server.services.form import FormShelf
from tests.mutation import SCHEMAS


@pytest.fixture(scope="module")
def shelf() -> FormShelf:
    return FormShelf.from_folder(SCHEMAS)


@pytest.fixture
def shelf_of_two(tmp_path: Path) -> FormShelf:
    """A shelf on which the visit note has a second version that asks for a longer note."""
    first = json.loads((SCHEMAS / "visit-note" / "v1.json").read_text())
    second = json.loads(json.dumps(first))
    second["properties"]["note"]["minLength"] = 50
    second["title"] = "Visit note, longer"
    folder = tmp_path / "visit-note"
    folder.mkdir()
    for version, schema in enumerate((first, second), start=1):
        (folder / f"v{version}.json").write_text(json.dumps(schema))
    (tmp_path / "vectors").mkdir()
    (tmp_path / "vectors" / "vectors.json").write_text("[]")
    return FormShelf.from_folder(tmp_path)


def test_answers_are_judged_by_the_version_that_they_name(shelf_of_two):
    person = "5b1f0c8e-4a51-4c6e-9d43-0f1f6a2b7c01"
    answers = {"person": person, "note": "Fine.", "as_usual": "yes", "worried": "no"}

    assert shelf_of_two.problems("visit-note", 1, answers) == []
    assert shelf_of_two.problems("visit-note", 2, answers) == [
        Problem("note", "minLength", "Please write a little more: What did you do and what did you notice?")
    ]


def test_the_newest_version_is_the_one_to_write_with_and_the_old_one_stays(shelf_of_two):
    assert shelf_of_two.catalogue.current("visit-note").title == "Visit note, longer"
    assert [each.version for each in shelf_of_two.catalogue] == [1, 2]
    assert shelf_of_two.schema("visit-note", 1)["title"] == "Visit note"


@pytest.mark.parametrize(
    ("form", "version"), [("visit-note", 3), ("visit-note", 0), ("diary", 1), ("../rules", 1)]
)
def test_a_form_that_was_never_published_is_not_known(shelf_of_two, form, version):
    assert not shelf_of_two.knows(form, version)
    with pytest.raises(UnknownForm, match=rf"no version {version} of a form called “{form}”\."):
        shelf_of_two.problems(form, version, {})


def test_a_form_without_any_version_has_no_current_one(shelf):
    with pytest.raises(UnknownForm, match="no form called “diary”"):
        shelf.catalogue.current("diary")


def test_the_hash_is_that_of_the_bytes_that_are_served(shelf):
    for each in shelf.catalogue:
        raw = shelf.raw(each.form, each.version)
        assert each.sha256 == hashlib.sha256(raw).hexdigest()
        assert raw == (SCHEMAS / each.form / f"v{each.version}.json").read_bytes()


def words(shelf: FormShelf, form: str, answers: object) -> dict[str, str]:
    return {each.field: each.words for each in shelf.problems(form, 1, answers)}


def test_a_missing_answer_is_named_by_its_own_field_and_its_own_question(shelf):
    found = words(
        shelf, "handover", {"items": [{"level": "steady", "changed": "New glasses", "safeguarding": "no"}]}
    )

    assert found["items.0.person"] == "Person 1: Please answer this: Who?"
    assert found["for"] == "Please answer this: Who is it for?"
    assert found["nobody_else_changed"] == "Please tick this: Nobody else changed"


def test_a_fault_deep_in_a_list_says_in_which_line_it_is(shelf):
    item = {"person": "someone_else", "person_name": "Ivy", "level": "watch", "changed": "Ate little"}
    item |= {"safeguarding": "no", "do_next": [{"what": "Offer tea", "who": "Night", "by_when": "soon"}]}

    assert words(shelf, "handover", {"items": [item]})["items.0.do_next.0.by_when"] == (
        "Person 1, Thing to do 1: Please choose a real day and time: By when?"
    )


def test_an_answer_to_a_question_that_was_not_asked_is_told_only_when_nothing_else_is_wrong(shelf):
    answers = {"how": "self", "roll_call_for": "5b1f0c8e-4a51-4c6e-9d43-0f1f6a2b7c01"}

    assert words(shelf, "acknowledgement", answers) == {
        "roll_call_for": "This was answered but not asked: Who did you read it to?"
    }
    assert set(words(shelf, "acknowledgement", {**answers, "how": "?"})) == {"how"}


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (0, "Please write an amount from £0.01 to £2,000.00: How much?"),
        (735.0, "Please answer this again: How much?"),
        (735.5, "Please answer this again: How much?"),
        (float("inf"), "Please answer this again: How much?"),
        (10**30, "Please write an amount from £0.01 to £2,000.00: How much?"),
    ],
)
def test_money_is_whole_pence_within_reason(shelf, amount, said):
    example = SCHEMAS / "transaction-receipt" / "examples" / "bread_and_milk_that_add_up.valid.json"
    answers = json.loads(example.read_text())["answers"]

    assert words(shelf, "transaction-receipt", {**answers, "amount": amount}) == {"amount": said}


@pytest.mark.parametrize("answers", [None, [], "yes", 7, True])
def test_answers_that_are_no_answers_are_a_fault_of_the_whole(shelf, answers):
    assert words(shelf, "visit-note", answers) == {"answers": "These answers could not be read."}


def test_answers_nested_without_end_are_refused_and_do_no_harm(shelf):
    answers: dict[str, object] = {}
    for _ in range(5_000):
        answers = {"note": answers}

    assert words(shelf, "visit-note", answers) == {"answers": "These answers could not be read."}


@pytest.mark.parametrize("text", ["half \ud83d", "nothing\0here"])
def test_text_that_no_database_keeps_is_refused_by_its_field(shelf, text):
    found = shelf.problems("acknowledgement", 1, {"how": "self", "question": text})

    assert [(each.field, each.keyword) for each in found] == [("question", "text")]
