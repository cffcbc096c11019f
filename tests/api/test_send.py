"""A batch whose items are not as plain as those of our own phones, and what a phone is answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.api.payloads.sync import SentPayload
from tests.answers import visit_note
from tests.people import Provider


def test_ids_in_capitals_are_the_same_ids(meadow: Provider):
    note = meadow.amina.write(
        "visit-note", visit_note(meadow.people["grace"]), service=meadow.services["north"]
    )
    names = ("id", "key_id", "seal")
    shouted = note.item | {name: note.item[name].upper() for name in names}
    said = {"sent_at": datetime.now(UTC).isoformat(), "unsent": 0, "items": [shouted]}
    outcome = meadow.amina.post("/api/sync/send", said).get_json()["outcomes"][0]
    assert (outcome["outcome"], outcome["id"]) == ("accepted", str(note.id))


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("id", "no number"),
        ("signature", ""),
        ("signature", "A" * 201),
        ("ciphertext", "not base64url!"),
        ("ciphertext", "AAAAA"),
        ("besides", "something"),
    ],
)
def test_one_item_that_is_no_item_is_named_among_its_neighbours(meadow: Provider, part: str, content: str):
    grace, north = meadow.people["grace"], meadow.services["north"]
    good, bad = (meadow.amina.write("visit-note", visit_note(grace), service=north).item for _ in range(2))
    said = {"sent_at": datetime.now(UTC).isoformat(), "unsent": 0, "items": [good, bad | {part: content}]}
    answer = meadow.amina.post("/api/sync/send", said)
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [f"items.1.{part}"]


def test_what_a_phone_is_answered_is_what_the_interface_promises(meadow: Provider):
    note = meadow.amina.write(
        "visit-note", visit_note(meadow.people["grace"]), service=meadow.services["north"]
    )
    said = {"sent_at": datetime.now(UTC).isoformat(), "unsent": 0, "items": [note.item]}
    answered = meadow.amina.post("/api/sync/send", said).get_json()
    assert SentPayload().validate(answered) == {}
