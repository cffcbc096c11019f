"""Every form obeys the meta-schema, asks what it should, and has examples that say why they hold or fail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from server.domain.form import FormVersion
from server.services.form import FormShelf
from tests.mutation import SCHEMAS

META = json.loads((SCHEMAS / "form.meta.json").read_text())
SHELF = FormShelf.from_folder(SCHEMAS)
VERSIONS = list(SHELF.catalogue)
EXAMPLES = sorted(SCHEMAS.glob("*/examples/*.json"))

#: Every question of every form, with those of a list's lines behind the list's name.
ASKED = {
    "visit-note": "person person_name note as_usual different worried next_step told",
    "concern": """danger_now person person_name what_happened how_known observed_at observed_about
        first_worried_at category harm body_map body_map.side body_map.x body_map.y body_map.note
        body_map.size body_map.colour medical_help safe_now who_caused who_worker who_name actions
        rang_who told_person wishes others_at_risk before understood photo private_from""",
    "transaction-receipt": """person person_name kind amount amount_checked when what_for where paid_by
        receipt receipt_photo receipt_why consent start_count start_counted end_count count_why seen_by
        checked_by checked_by_name offer offer_words worry""",
    "handover": """shift_from shift_until for items items.person items.person_name items.level items.changed
        items.do_next items.do_next.what items.do_next.who items.do_next.by_when items.if_then
        items.safeguarding items.safeguarding_ref items.must_read items.update_ref nobody_else_changed
        staffing building keys_counted money_counted count_refs visitors appointments""",
    "review": """of conflict conflict_words decision other_route question rationale categories severity_now
        wishes_considered consent_basis against_wishes_why notify_cqc notify_cqc_why candour
        candour_why police police_reference other_reports protection owner next_check reviewed_with
        reason""",
    "acknowledgement": "how roll_call_for read_at say_back question",
    "opening": "to reason",
}

#: What a tired person in the rain cannot be expected to know.
JARGON = re.compile(
    r"\b(submit|sync|upload|download|invalid|mandatory|field|disclosure|perpetrator|triage|escalat\w+|"
    r"service user|client|NFA|SOVA|RM|NI|e\.g\.|i\.e\.|etc)\b",
    re.IGNORECASE,
)


def version_id(about: FormVersion) -> str:
    return f"{about.form}-{about.version}"


def example_id(path: Path) -> str:
    return f"{path.parent.parent.name}/{path.name}"


def schema_of(about: FormVersion) -> Mapping[str, Any]:
    return SHELF.schema(about.form, about.version)


def parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """A schema and everything in it."""
    if isinstance(schema, dict):
        yield schema
    if isinstance(schema, dict | list):
        for inner in schema.values() if isinstance(schema, dict) else schema:
            yield from parts(inner)


def questions(part: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every question that a form can ask, in any branch, by its dotted name."""
    for name, question in part.get("properties", {}).items():
        if "title" in question:
            yield before + name, question
            yield from questions(question.get("items", {}), f"{before}{name}.")
    for branch in part.get("allOf", ()):
        yield from questions(branch["then"], before)


def texts(schema: Any) -> Iterator[str]:
    """Every text that a person reads on a form."""
    for part in parts(schema):
        for keyword, value in part.items():
            if keyword in (
                "title",
                "x-intro",
                "x-bottom",
                "x-help",
                "x-title-named",
                "x-optional-words",
                "x-item",
            ):
                yield value
            elif keyword in ("x-labels", "x-tips"):
                yield from value.values()
            elif keyword in ("x-chips", "x-prompts"):
                yield from value


def test_the_forms_are_the_six():
    assert {each.form for each in VERSIONS} == set(ASKED)


@pytest.mark.parametrize("about", VERSIONS, ids=version_id)
def test_a_form_obeys_the_meta_schema(about):
    schema = schema_of(about)
    jsonschema_rs.meta.validate(schema)
    faults = jsonschema_rs.Draft202012Validator(META).iter_errors(schema)

    assert [f"{fault.instance_path}: {fault.message}" for fault in faults] == []
    assert (schema["x-form"], schema["x-version"]) == (about.form, about.version)
    assert schema["$id"] == f"urn:heed:form:{about.form}:{about.version}"


def test_the_meta_schema_is_a_schema():
    jsonschema_rs.meta.validate(META)


def edited(change: str, value: Any) -> dict[str, Any]:
    """The visit note with one thing changed, at a path of dots."""
    schema = json.loads(SHELF.raw("visit-note", 1))
    *way, last = change.split("/")
    place: Any = schema
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return schema


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("properties/note/pattern", r"^\d+$"),
        ("properties/note/pattern", r"(?<!a)b"),
        ("properties/note/pattern", "[é]"),
        ("properties/note/minLength", 1.5),
        ("properties/note/format", "email"),
        ("properties/note/description", "Say what you did"),
        ("properties/note/default", "fine"),
        ("properties/note/not", {"const": "fine"}),
        ("properties/note/x-colour", "red"),
        ("properties/note/$ref", "https://example.org/schema"),
        ("properties/note/x-widget", "slider"),
        ("properties/note/title", ""),
        ("properties/Note", {"title": "Note", "type": "string", "x-widget": "text"}),
        ("properties/mood", {"type": "string", "x-widget": "text"}),
        (
            "properties/mood",
            {"title": "Mood?", "type": "string", "enum": ["good", "low"], "x-widget": "choice"},
        ),
        ("properties/mood", {"title": "Mood?", "type": "number", "x-widget": "number"}),
        ("properties/mood", {"title": "Mood?", "type": "array", "x-widget": "multi"}),
        ("unevaluatedProperties", True),
        ("additionalProperties", False),
        ("anyOf", [{"required": ["note"]}]),
        ("allOf/0/else", {"required": ["note"]}),
        ("allOf/0/if", {"properties": {"note": {"minLength": 5}}}),
        ("allOf/0/if", {"properties": {"note": {"const": "a"}, "worried": {"const": "no"}}}),
        ("allOf/0/then", {}),
        ("x-form", "Visit Note"),
    ],
)
def test_the_meta_schema_refuses_what_phone_and_server_could_read_differently(change, value):
    validator = jsonschema_rs.Draft202012Validator(META)

    assert validator.is_valid(json.loads(SHELF.raw("visit-note", 1)))
    assert not validator.is_valid(edited(change, value))


@pytest.mark.parametrize("about", VERSIONS, ids=version_id)
def test_a_form_asks_every_question_it_should_and_no_other(about):
    assert {name for name, _ in questions(schema_of(about))} == set(ASKED[about.form].split())


@pytest.mark.parametrize("about", VERSIONS, ids=version_id)
def test_a_question_means_the_same_wherever_a_form_asks_it(about):
    said: dict[str, tuple[Any, ...]] = {}
    for name, question in questions(schema_of(about)):
        meaning = (question["title"], question.get("$ref"), question.get("x-widget"))
        assert said.setdefault(name, meaning) == meaning, name


@pytest.mark.parametrize("about", VERSIONS, ids=version_id)
def test_every_name_that_a_form_mentions_is_a_question_of_it(about):
    schema = schema_of(about)
    names = {name.rsplit(".", 1)[-1] for name, _ in questions(schema)}
    mentioned = set()
    for part in parts(schema):
        mentioned |= {part[keyword] for keyword in ("x-after", "x-with") if keyword in part}
        mentioned |= set(part["required"]) if isinstance(part.get("required"), list) else set()
        mentioned |= set(part["if"]["properties"]) if "if" in part else set()

    assert mentioned <= names


@pytest.mark.parametrize("about", VERSIONS, ids=version_id)
def test_every_option_has_words_and_every_word_an_option(about):
    schema = schema_of(about)
    for name, question in questions(schema):
        options = set(question.get("items", question).get("enum", ()))
        for keyword in ("x-labels", "x-pictures", "x-tips", "x-calls"):
            shared = {"yes", "no", "not_sure"} if question.get("$ref") == "#/$defs/yns" else options
            assert set(question.get(keyword, ())) <= shared, f"{name} {keyword}"
        assert set(question.get("x-alone", ())) <= options, name
        if options and not question.get("$ref"):
            assert set(question["x-labels"]) == options, name


@pytest.mark.parametrize("about", VERSIONS, ids=version_id)
def test_a_limit_beside_a_reference_is_never_looser_than_what_it_points_to(about):
    """Both apply, so a looser one would be a promise that the form does not keep."""
    schema = schema_of(about)
    for name, question in questions(schema):
        shared = schema["$defs"][question["$ref"].rsplit("/", 1)[-1]] if "$ref" in question else {}
        for keyword in ("minLength", "minimum"):
            assert question.get(keyword, 10**9) >= shared.get(keyword, 0), name
        for keyword in ("maxLength", "maximum"):
            assert question.get(keyword, 0) <= shared.get(keyword, 10**9), name


@pytest.mark.parametrize("about", VERSIONS, ids=version_id)
def test_a_question_that_only_the_phone_can_decide_on_never_needs_an_answer(about):
    schema = schema_of(about)
    needed = {name for part in parts(schema) for name in part.get("required", ()) if isinstance(name, str)}
    phone_only = {name for name, question in questions(schema) if "x-show-when" in question}

    assert not needed & phone_only


@pytest.mark.parametrize("about", VERSIONS, ids=version_id)
def test_every_sentence_is_short_and_plain(about):
    for text in texts(schema_of(about)):
        assert not JARGON.search(text), text
        for sentence in re.split(r"(?<=[.?!…]) ", text):
            assert len(sentence.split()) <= 20, sentence


@pytest.mark.parametrize("about", VERSIONS, ids=version_id)
def test_nothing_in_a_form_is_a_fraction(about):
    fractions: list[str] = []
    json.loads(SHELF.raw(about.form, about.version), parse_float=fractions.append)

    assert fractions == []


@pytest.mark.parametrize("path", EXAMPLES, ids=example_id)
def test_an_example_holds_or_fails_as_its_name_says(path):
    example = json.loads(path.read_text())
    found = SHELF.problems(path.parent.parent.name, 1, example["answers"])
    invalid = path.name.endswith(".invalid.json")

    assert set(example) == ({"answers", "fails"} if invalid else {"answers"})
    assert sorted(problem.field for problem in found) == sorted(example.get("fails", ()))
    assert bool(found) == invalid


@pytest.mark.parametrize("about", VERSIONS, ids=version_id)
def test_a_form_has_examples_enough_and_they_answer_every_question(about):
    folder = SCHEMAS / about.form / "examples"
    valid = [json.loads(path.read_text())["answers"] for path in folder.glob("*.valid.json")]
    answered = {name for answers in valid for part in parts(answers) for name in part}

    assert len(valid) >= 5
    assert len(list(folder.glob("*.invalid.json"))) >= 8
    assert {name.rsplit(".", 1)[-1] for name, _ in questions(schema_of(about))} <= answered


@pytest.mark.parametrize("about", VERSIONS, ids=version_id)
def test_every_option_that_is_offered_is_taken(about):
    folder = SCHEMAS / about.form / "examples"
    valid = [json.loads(path.read_text())["answers"] for path in folder.glob("*.valid.json")]
    for dotted, question in questions(schema_of(about)):
        # What `of` says decides which questions are asked at all, so the examples try its options.
        options = () if dotted == "of" else question.get("items", question).get("enum", ())
        name = dotted.rsplit(".", 1)[-1]
        for option in options:
            taken = [changed for each in valid if (changed := with_answer(each, name, question, option))]
            assert taken, dotted
            for answers in taken:
                failing = {each.field for each in SHELF.problems(about.form, about.version, answers)}
                assert not any(field.rsplit(".", 1)[-1] == name for field in failing), f"{dotted} {option}"


def with_answer(answers: Any, name: str, question: Mapping[str, Any], option: str) -> Any:
    """The same answers with another option wherever this question is answered; None where it is not."""
    changed = json.loads(json.dumps(answers))
    # The same question may offer other options in another branch of the form.
    places = [
        part
        for part in parts(changed)
        if name in part and ("items" in question or part[name] in question["enum"])
    ]
    for place in places:
        place[name] = [option] if "items" in question else option
    return changed if places else None


def test_danger_needs_three_answers_and_may_say_more():
    three = {"danger_now": "yes", "person": "someone_else", "what_happened": "!"}

    assert SHELF.problems("concern", 1, three) == []
    assert SHELF.problems("concern", 1, {**three, "safe_now": "no", "category": ["sexual"]}) == []
    assert {each.field for each in SHELF.problems("concern", 1, {**three, "danger_now": "no"})} == {
        *("person_name", "what_happened", "how_known", "observed_at", "category", "harm", "safe_now"),
        *("who_caused", "actions", "told_person", "others_at_risk"),
    }
