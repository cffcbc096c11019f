"""Which thread an entry belongs to, in whatever order things arrive."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from server.extensions import work_for
from server.services import rebuild
from tests.answers import concern, handover, review, visit_note
from tests.api.test_restricted import on_a_new_phone
from tests.people import Phone, Provider, Written, uuid7


def write_concern(meadow: Provider, **changes: Any) -> Written:
    parts = {name: changes.pop(name) for name in ("about", "replaces", "id") if name in changes}
    said = concern(meadow.people["grace"], **changes)
    return meadow.amina.write("concern", said, service=meadow.services["north"], **parts)


def standings(phone: Phone) -> dict[str, dict[str, Any]]:
    return {item["thread"]: item for item in phone.fetch() if item["kind"] == "standing"}


def nothing_differs(meadow: Provider, app: Flask) -> None:
    with app.app_context():
        work_for(meadow.id)
        assert rebuild.differences(app.extensions["rules"]) == []


def test_a_correction_of_something_that_never_comes_is_judged_by_itself(meadow: Provider, app: Flask):
    lost = write_concern(meadow)
    correction = write_concern(meadow, replaces=lost.key, danger_now="yes")
    (outcome,) = meadow.amina.send(correction)
    assert (outcome["outcome"], outcome["effect"]) == ("accepted", "counted")
    stands = standings(meadow.carol)[correction.key]
    assert stands["severity"] == "red"
    nothing_differs(meadow, app)


def test_a_correction_that_came_first_joins_what_it_corrects(meadow: Provider, app: Flask):
    first = write_concern(meadow)
    correction = write_concern(meadow, replaces=first.key, safe_now="not_sure")
    crossed = write_concern(meadow, replaces=first.key)
    for each in (crossed, correction, first):
        assert meadow.amina.send(each)[0]["effect"] == "counted"
    (stands,) = [item for item in on_a_new_phone(meadow.carol) if item["kind"] == "standing"]
    assert (stands["thread"], stands["severity"]) == (first.key, "amber")
    nothing_differs(meadow, app)


@pytest.mark.parametrize("here_first", [True, False])
@pytest.mark.parametrize("who_caused", ["nobody", "our_staff"])
def test_what_claims_to_correct_anothers_concern_is_a_concern_of_its_own(
    meadow: Provider, app: Flask, here_first: bool, who_caused: str
):
    written = write_concern(meadow, who_caused=who_caused)
    if here_first:
        meadow.amina.send(written)
    said = concern(meadow.people["grace"], danger_now="yes")
    claimed = meadow.ben.write(
        "concern", said, service=meadow.services["north"], replaces=written.key, person=meadow.people["grace"]
    )
    (outcome,) = meadow.ben.send(claimed)
    assert (outcome["effect"], outcome["reason"]) == ("counted", None)
    if not here_first:
        meadow.amina.send(written)
    assert standings(meadow.ben)[claimed.key]["severity"] == "red"
    assert written.key in standings(meadow.esther)
    nothing_differs(meadow, app)


def test_a_correction_of_what_came_in_with_an_error_counts_by_itself(meadow: Provider, app: Flask):
    north = meadow.services["north"]
    broken = meadow.amina.write("concern", {"nonsense": 1}, service=north)
    corrected = write_concern(meadow, replaces=broken.key, danger_now="yes")
    assert meadow.amina.send(broken)[0]["outcome"] == "quarantined"
    assert meadow.amina.send(corrected)[0]["effect"] == "counted"
    assert standings(meadow.carol)[corrected.key]["severity"] == "red"
    nothing_differs(meadow, app)


def test_a_correction_whose_middle_comes_late_moves_to_its_thread_and_is_told_of_once(
    meadow: Provider, app: Flask
):
    first = write_concern(meadow)
    middle = write_concern(meadow, replaces=first.key)
    last = write_concern(meadow, replaces=middle.key, danger_now="yes")
    seen = meadow.hana.write(
        "acknowledgement", {"how": "self"}, service=meadow.services["north"], about=last.key
    )
    meadow.amina.send(first, last)
    meadow.hana.send(seen)
    assert set(standings(meadow.carol)) == {first.key, last.key}
    meadow.amina.send(middle)
    items = meadow.carol.fetch()
    assert {"kind": "forget", "thread": last.key} in items
    assert {item["key"] for item in items if item["kind"] == "entry"} == {middle.key, last.key, seen.key}
    assert {item["thread"] for item in items if item["kind"] == "entry"} == {first.key}
    (stands,) = [item for item in items if item["kind"] == "standing"]
    assert (stands["thread"], stands["severity"], stands["state"]) == (first.key, "red", "acknowledged")
    nothing_differs(meadow, app)


def test_a_concern_about_a_visit_note_is_a_thread_of_its_own(meadow: Provider, app: Flask):
    north = meadow.services["north"]
    note = meadow.amina.write("visit-note", visit_note(meadow.people["grace"]), service=north)
    meadow.amina.send(note)
    (outcome,) = meadow.amina.send(written := write_concern(meadow, about=note.key, danger_now="yes"))
    assert outcome["effect"] == "counted"
    assert standings(meadow.carol)[written.key]["severity"] == "red"
    nothing_differs(meadow, app)


def test_a_concern_that_claims_to_replace_a_visit_note_is_a_thread_of_its_own(meadow: Provider, app: Flask):
    north = meadow.services["north"]
    note = meadow.amina.write("visit-note", visit_note(meadow.people["grace"]), service=north)
    meadow.amina.send(note)
    meadow.amina.send(written := write_concern(meadow, replaces=note.key, danger_now="yes"))
    assert standings(meadow.carol)[written.key]["severity"] == "red"
    nothing_differs(meadow, app)


def test_concerns_that_replace_each_other_are_both_seen(meadow: Provider, app: Flask):
    ids = [uuid7(), uuid7()]
    _ = meadow.amina.worker
    keys = [f"{meadow.amina.device}.{each}" for each in ids]
    one = write_concern(meadow, replaces=keys[1], id=str(ids[0]), danger_now="yes")
    other = write_concern(meadow, replaces=keys[0], id=str(ids[1]), danger_now="yes")
    meadow.amina.send(one, other)
    entries = {item["key"] for item in meadow.carol.fetch() if item["kind"] == "entry"}
    assert entries == set(keys)
    nothing_differs(meadow, app)


def test_answers_that_are_about_each_other_wait_and_harm_nobody(meadow: Provider, app: Flask):
    ids = [uuid7(), uuid7()]
    _ = meadow.carol.worker
    keys = [f"{meadow.carol.device}.{each}" for each in ids]
    north = meadow.services["north"]
    pair = [
        meadow.carol.write("acknowledgement", {"how": "self"}, service=north, about=about, id=str(id_))
        for id_, about in zip(ids, reversed(keys), strict=True)
    ]
    for outcome in meadow.carol.send(*pair):
        assert (outcome["outcome"], outcome["effect"], outcome["reason"]) == ("accepted", "none", "waiting")
    nothing_differs(meadow, app)


@pytest.mark.parametrize("early", [False, True])
def test_an_answer_that_does_not_fit_says_so_and_does_not_wait_for_ever(
    meadow: Provider, app: Flask, early: bool
):
    north = meadow.services["north"]
    given = meadow.amina.write(
        "handover", handover(meadow.people["grace"], [meadow.workers["ben"]]), service=north
    )
    decision = meadow.carol.write("review", review("no_further_action"), service=north, about=given.key)
    for phone, written in ((meadow.carol, decision), (meadow.amina, given))[:: 1 if early else -1]:
        phone.send(written)
    (outcome,) = meadow.carol.send(decision)
    assert (outcome["effect"], outcome["reason"]) == ("none", "wrong_form")
    nothing_differs(meadow, app)
