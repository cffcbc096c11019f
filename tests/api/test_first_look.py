"""A new phone gets first what waits for somebody and what changed last, and nothing that its worker may not read."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import brotli
import pytest

from tests.answers import concern, review, visit_note
from tests.people import Phone, Provider


def first(phone: Phone) -> list[dict[str, Any]]:
    answer = phone.get("/api/sync/first")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    items: list[dict[str, Any]] = answer.get_json()["items"]
    return items


def write_notes(meadow: Provider, count: int) -> None:
    grace, north = meadow.people["grace"], meadow.services["north"]
    start = datetime.now(UTC) - timedelta(days=2)
    notes = [
        meadow.amina.write(
            "visit-note", visit_note(grace), service=north, person=grace, at=start + timedelta(minutes=number)
        )
        for number in range(count)
    ]
    for begin in range(0, count, 100):
        meadow.amina.send(*notes[begin : begin + 100])


def test_an_old_concern_that_nobody_decided_comes_first_whatever_was_written_after_it(
    meadow: Provider,
) -> None:
    grace, north = meadow.people["grace"], meadow.services["north"]
    old = meadow.amina.write("concern", concern(grace), service=north, person=grace)
    meadow.amina.send(old)
    write_notes(meadow, 320)
    items = first(meadow.carol)
    assert {(item["kind"], item.get("key", item.get("thread"))) for item in items[:2]} == {
        ("entry", old.key),
        ("standing", old.key),
    }
    assert len(items) < 600


def test_what_was_decided_long_ago_waits_its_turn(meadow: Provider) -> None:
    grace, north = meadow.people["grace"], meadow.services["north"]
    old = meadow.amina.write("concern", concern(grace), service=north, person=grace)
    meadow.amina.send(old)
    decision = review("no_further_action")
    [outcome] = meadow.esther.send(
        meadow.esther.write("review", decision, service=north, person=grace, about=old.key)
    )
    assert outcome["effect"] == "counted", outcome
    write_notes(meadow, 320)
    assert old.key not in {item.get("key") for item in first(meadow.carol)}
    assert old.key in {item.get("key") for item in meadow.carol.fetch()}


def test_everything_in_it_is_fetched_in_order_too(meadow: Provider, riverside: Provider) -> None:
    grace, north = meadow.people["grace"], meadow.services["north"]
    meadow.amina.send(meadow.amina.write("concern", concern(grace), service=north, person=grace))
    write_notes(meadow, 5)
    for phone in (meadow.carol, meadow.amina, meadow.ben, meadow.farah, riverside.dev):
        seen = {json.dumps(item, sort_keys=True) for item in phone.fetch()}
        assert {json.dumps(item, sort_keys=True) for item in first(phone)} <= seen


def test_a_restricted_concern_is_not_in_it_but_for_its_readers(meadow: Provider) -> None:
    grace, north = meadow.people["grace"], meadow.services["north"]
    about_ben = concern(grace, who_caused="our_staff", who_name="Ben Okafor")
    written = meadow.amina.write("concern", about_ben, service=north, person=grace)
    meadow.amina.send(written)
    for name in ("ben", "idris", "carol"):
        assert written.key not in json.dumps(first(meadow.phone(name)))
    assert written.key in json.dumps(first(meadow.esther))


def test_it_moves_no_cursor(meadow: Provider) -> None:
    write_notes(meadow, 3)
    first(meadow.ben)
    assert len([item for item in meadow.ben.fetch() if item["kind"] == "entry"]) == 3


@pytest.mark.parametrize(("asked", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_a_long_answer_comes_packed_when_the_browser_takes_it_so(
    meadow: Provider, asked: str, unpack: Any
) -> None:
    write_notes(meadow, 20)
    plain = meadow.ben.get("/api/sync/first")
    packed = meadow.ben.get("/api/sync/first", headers={"Accept-Encoding": asked})
    assert packed.headers["Content-Encoding"] == asked
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert json.loads(unpack(packed.get_data()))["items"] == plain.get_json()["items"]
    assert len(packed.get_data()) * 3 < len(plain.get_data())


def test_what_signs_somebody_in_is_never_packed(meadow: Provider) -> None:
    asked = {"sign_in_name": "amina@meadow", "password": meadow.amina.password, **meadow.amina.introduction}
    answer = meadow.amina.client.post(
        "/api/session/sign-in", json=asked, headers={"Accept-Encoding": "br, gzip"}
    )
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
