"""Something broken comes in: it is kept, somebody is told, and whoever sent beside it or fetches after it goes on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from server.domain import quarantine, visit_note
from tests import answers
from tests.people import Phone, Provider, Written, uuid7


def note(meadow: Provider, **changes: Any) -> Written:
    said = answers.visit_note(meadow.people["grace"], **changes)
    return meadow.amina.write("visit-note", said, service=meadow.services["north"])


def raw_entry(phone: Phone, raw: bytes) -> Written:
    """Bytes that a broken phone signed and sealed as if they were an entry."""
    _ = phone.worker
    entry = uuid7()
    return Written(entry, f"{phone.device}.{entry}", {}, raw, phone.item(entry, raw))


def quarantined(phone: Phone) -> dict[str, Any]:
    (stands,) = [
        item for item in phone.fetch() if item["kind"] == "standing" and item["form"] == "quarantine"
    ]
    return stands


@pytest.mark.parametrize(
    "fault", [NameError, AttributeError, ZeroDivisionError, RecursionError, AssertionError]
)
def test_a_fault_in_a_rule_holds_that_entry_and_keeps_its_neighbours(
    meadow: Provider, monkeypatch, caplog, fault
):
    stand = visit_note.stand

    def faulty(thread: Any, *others: Any) -> Any:
        if "porridge of doom" in thread[0].answers["note"]:
            raise fault("Grace ate the porridge of doom")
        return stand(thread, *others)

    monkeypatch.setattr(visit_note, "stand", faulty)
    bad, good = note(meadow, note="She ate the porridge of doom today."), note(meadow)
    held, kept = meadow.amina.send(bad, good)
    assert (held["outcome"], held["reason"], kept["outcome"]) == ("quarantined", "not_kept", "accepted")
    assert fault.__name__ in caplog.text
    assert "doom" not in caplog.text


def test_a_fault_in_the_rules_of_quarantine_itself_loses_nothing(meadow: Provider, monkeypatch):
    good = note(meadow)

    def faulty(*_: Any) -> Any:
        raise AttributeError("a fault of ours")

    with monkeypatch.context() as broken:
        broken.setattr(quarantine, "stand", faulty)
        held, kept = meadow.amina.send(raw_entry(meadow.amina, b"not an entry at all"), good)
    assert (held["outcome"], kept["outcome"]) == ("quarantined", "accepted")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "0.5"])
def test_a_number_that_is_none_does_not_break_what_the_lead_fetches(meadow: Provider, number: str):
    raw = b'{"form":"concern","answers":{"danger_now":"no","amount":' + number.encode() + b"}}"
    meadow.amina.send(raw_entry(meadow.amina, raw))
    answer = meadow.esther.get("/api/sync/fetch")

    def refuse(literal: str) -> Any:
        raise AssertionError(f"{literal} is no JSON that a phone can read")

    items = json.loads(answer.data, parse_constant=refuse)["items"]
    (entry,) = [item for item in items if item["kind"] == "entry"]
    assert entry["answers"]["answers"]["danger_now"] == "no"


def test_something_nested_without_end_is_held_like_anything_else(meadow: Provider):
    for depth in (500, 970, 985, 100_000):
        raw = b'{"answers":' + b"[" * depth + b"]" * depth + b"}"
        held, kept = meadow.amina.send(raw_entry(meadow.amina, raw), note(meadow))
        assert (held["outcome"], kept["outcome"]) == ("quarantined", "accepted")
    assert len([item for item in meadow.esther.fetch() if item["kind"] == "standing"]) == 8


def test_an_entry_cut_off_in_the_middle_is_red_when_it_says_danger(meadow: Provider):
    raw = b'{"form":"concern","answers":{"danger_now": "yes","what_happened":"He has a kni'
    meadow.amina.send(raw_entry(meadow.amina, raw))
    assert quarantined(meadow.esther)["severity"] == "red"


def test_a_text_cut_off_in_the_middle_is_screened(meadow: Provider):
    raw = b'{"form":"visit-note","answers":{"note":"I saw bruises on her arm, finger marks. Some'
    meadow.amina.send(raw_entry(meadow.amina, raw))
    assert quarantined(meadow.esther)["severity"] == "red"


def test_a_text_far_longer_than_anybody_types_is_taken_for_the_worst(meadow: Provider):
    raw = json.dumps({"form": "visit-note", "answers": {"note": "All was well. " * 60_000}}).encode()
    meadow.amina.send(raw_entry(meadow.amina, raw))
    assert quarantined(meadow.esther)["severity"] == "red"


@pytest.mark.parametrize("sent_at", ["9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00"])
def test_a_clock_that_is_thousands_of_years_wrong_stops_nothing(meadow: Provider, sent_at: str):
    said = {"sent_at": sent_at, "unsent": 1, "items": [note(meadow, note="As ever, in good spirits.").item]}
    answer = meadow.amina.post("/api/sync/send", said)
    assert answer.status_code == 200
    assert answer.get_json()["outcomes"][0]["outcome"] == "accepted"


@pytest.mark.parametrize("form", ["review", "acknowledgement"])
def test_an_answer_that_is_about_nothing_is_held(meadow: Provider, form: str):
    said = answers.review("no_further_action") if form == "review" else {"how": "self"}
    (outcome,) = meadow.carol.send(meadow.carol.write(form, said, service=meadow.services["north"]))
    assert (outcome["outcome"], outcome["reason"]) == ("quarantined", "about_nothing")


def test_whoever_must_look_at_a_leaver_s_note_reads_all_of_it(meadow: Provider) -> None:
    written = note(meadow, note="She said that her son had hit her.")
    written_by = meadow.workers["amina"]
    assert meadow.carol.post(f"/api/workers/{written_by}/leave", None).status_code == 204
    handed_in = {
        "provider": str(meadow.id),
        "sent_at": datetime.now(UTC).isoformat(),
        "items": [written.item],
    }
    assert meadow.app.test_client().post("/api/sync/hand-in", json=handed_in).status_code == 200
    [held] = [
        item for item in meadow.esther.fetch() if item.get("form") == "quarantine" and "answers" in item
    ]
    assert held["answers"] == {
        "reason": "left",
        "words": "Its writer had left when it came.",
        "form": "visit-note",
        "version": written.body["version"],
        "answers": written.body["answers"],
        "text": None,
    }


def test_of_what_is_cut_off_whoever_must_look_reads_what_is_left(meadow: Provider) -> None:
    meadow.amina.send(raw_entry(meadow.amina, b'{"form": "concern", "answers": {"what": "She fell on the st'))
    [held] = [
        item for item in meadow.esther.fetch() if item.get("form") == "quarantine" and "answers" in item
    ]
    assert held["answers"]["answers"] is None
    assert held["answers"]["text"].endswith("She fell on the st")
    assert held["photos"] == []


@pytest.mark.parametrize("photos", [None, 7, "a" * 64, ["a" * 64], [{"hash": 7}], [{"hash": "a"}], [{}], {}])
def test_photos_that_make_no_sense_are_none(meadow: Provider, photos: Any) -> None:
    raw = json.dumps({"form": "concern", "answers": {}, "photos": photos}).encode()
    meadow.amina.send(raw_entry(meadow.amina, raw))
    [held] = [
        item for item in meadow.esther.fetch() if item.get("form") == "quarantine" and "answers" in item
    ]
    assert held["photos"] == []
