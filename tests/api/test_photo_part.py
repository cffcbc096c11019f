"""A photo comes in parts and goes on after a cut where it stopped."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from PIL import Image
from werkzeug.test import TestResponse

from tests.answers import visit_note
from tests.people import Phone, Provider, Written

PART = 64 * 1024


@pytest.fixture(scope="module")
def picture() -> bytes:
    """A photo of three parts or so: noise does not pack."""
    noise = Image.frombytes("RGB", (480, 360), os.urandom(480 * 360 * 3))
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=90)
    return out.getvalue()


class Sealed:
    """A photo of Amina's as it goes over the wire."""

    def __init__(self, meadow: Provider, photo: bytes) -> None:
        self.phone: Phone = meadow.amina
        grace, north = meadow.people["grace"], meadow.services["north"]
        self.note: Written = self.phone.write(
            "visit-note", visit_note(grace), service=north, person=grace, photos=[photo]
        )
        self.phone.send(self.note)
        self.name = hashlib.sha256(photo).hexdigest()
        self.content = self.phone.sealed_photo(self.note, photo)

    @property
    def path(self) -> str:
        return f"/api/sync/photo/{self.phone.welcome['key_id']}/{self.note.id}/{self.name}"

    def send(self, begin: int, until: int, by: Phone | None = None, **changes: Any) -> TestResponse:
        headers = {
            "Heed-Intake-Key": self.phone.intake_key["id"],
            "Heed-Photo-Size": str(len(self.content)),
            "Content-Type": "application/octet-stream",
        } | changes
        return (by or self.phone).ask(
            "PUT", f"{self.path}/part/{begin}", data=self.content[begin:until], headers=headers
        )

    def received(self, by: Phone | None = None) -> int:
        answer = (by or self.phone).get(f"{self.path}/part")
        return int(answer.get_json()["received"])

    def is_shown(self, to: Phone) -> bool:
        return to.get(f"/api/photo/{self.phone.device}/{self.note.id}/{self.name}").status_code == 200


@pytest.fixture
def sealed(meadow: Provider, picture: bytes) -> Sealed:
    return Sealed(meadow, picture)


def test_a_photo_in_parts_is_the_photo(meadow: Provider, sealed: Sealed) -> None:
    whole = len(sealed.content)
    assert whole > 2 * PART
    for begin in range(0, whole - PART, PART):
        answer = sealed.send(begin, begin + PART)
        assert (answer.status_code, answer.get_json()["received"]) == (202, begin + PART)
        assert not sealed.is_shown(meadow.ben)
    last = sealed.send(sealed.received(), whole)
    assert (last.status_code, last.get_json()["outcome"]) == (200, "accepted")
    assert sealed.is_shown(meadow.ben)
    assert sealed.received() == 0, "the parts are gone once the whole is kept"


@pytest.mark.parametrize("cut", [1, 80, 81, PART - 1, PART, PART + 1, 100_000])
def test_it_goes_on_after_a_cut_at_any_byte(meadow: Provider, sealed: Sealed, cut: int) -> None:
    sealed.send(0, cut)
    assert sealed.received() == cut
    for begin in range(cut, len(sealed.content), PART):
        sealed.send(begin, begin + PART)
    assert sealed.is_shown(meadow.ben)


def test_a_part_that_came_twice_or_too_early_changes_nothing(sealed: Sealed) -> None:
    sealed.send(0, PART)
    for begin in (0, 100, PART - 1, PART + 1, 2 * PART):
        answer = sealed.send(begin, begin + 1000)
        assert (answer.status_code, answer.get_json()["received"]) == (202, PART)
    assert sealed.received() == PART


def test_a_last_part_whose_reply_was_lost_is_repeated(sealed: Sealed) -> None:
    whole = len(sealed.content)
    sealed.send(0, 2 * PART)
    sealed.send(2 * PART, whole)
    again = sealed.send(2 * PART, whole)
    assert (again.status_code, again.get_json()["outcome"]) == (200, "repeated")


def test_a_phone_that_lay_unused_for_a_week_sends_the_rest_of_a_photo_and_sees_none(
    meadow: Provider, sealed: Sealed, time_machine: Any
) -> None:
    sealed.send(0, PART)
    time_machine.move_to(datetime.now(UTC) + timedelta(days=7, minutes=1))
    assert meadow.amina.refresh().get_json()["scope"] == "upload"
    assert sealed.received() == PART
    for begin in range(PART, len(sealed.content), PART):
        last = sealed.send(begin, begin + PART)
    assert (last.status_code, last.get_json()["outcome"]) == (200, "accepted")
    assert not sealed.is_shown(meadow.amina)


def test_parts_of_two_devices_do_not_mix(meadow: Provider, sealed: Sealed) -> None:
    sealed.send(0, PART)
    assert sealed.received(by=meadow.ben) == 0
    assert sealed.send(0, 1000, by=meadow.ben).get_json()["received"] == 1000
    assert sealed.received() == PART


def test_nobody_else_learns_that_a_photo_is_here(meadow: Provider, sealed: Sealed, picture: bytes) -> None:
    meadow.amina.send_photo(sealed.note, picture)
    assert sealed.send(0, 1000, by=meadow.ben).status_code == 202


def test_a_photo_that_does_not_open_is_kept_apart_and_its_readers_are_told_until_a_whole_one_comes(
    meadow: Provider, sealed: Sealed
) -> None:
    whole, spoilt = sealed.content, sealed.content[:-1] + bytes([sealed.content[-1] ^ 1])

    def is_sent(content: bytes) -> str:
        sealed.content = content
        for begin in range(0, len(content), PART):
            answer = sealed.send(begin, begin + PART)
        return str(answer.get_json()["outcome"])

    def told() -> list[dict[str, object]]:
        return [item["photos"][0] for item in meadow.ben.fetch() if item["kind"] == "entry"]

    assert told() == [{"hash": sealed.name, "here": False, "damaged": False}]
    assert is_sent(spoilt) == "quarantined"
    assert told() == [{"hash": sealed.name, "here": False, "damaged": True}]
    assert not sealed.is_shown(meadow.ben)
    assert is_sent(whole) == "accepted"
    assert told() == [{"hash": sealed.name, "here": True, "damaged": False}]
    assert sealed.is_shown(meadow.ben)
    assert is_sent(spoilt) == "repeated"
    assert told() == []


def test_a_phone_cannot_fill_the_disk_with_what_is_no_photo(
    meadow: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.services.photo.MOST_DAMAGED", 1)
    note, person = visit_note(meadow.people["grace"]), meadow.people["grace"]
    broken = [bytes([number]) * 100 for number in range(2)]
    written = meadow.amina.write(
        "visit-note", note, service=meadow.services["north"], person=person, photos=broken
    )
    meadow.amina.send(written)
    assert meadow.amina.send_photo(written, broken[0]).get_json()["outcome"] == "quarantined"
    refused = meadow.amina.send_photo(written, broken[1])
    assert (refused.status_code, "It keeps this one" in refused.get_json()["message"]) == (422, True)


def test_a_phone_that_may_only_send_sends_its_photos(meadow: Provider, sealed: Sealed) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(days=8)):
        assert meadow.amina.refresh().get_json()["scope"] == "upload"
        assert sealed.received() == 0
        sealed.send(0, 2 * PART)
        assert sealed.send(2 * PART, len(sealed.content)).get_json()["outcome"] == "accepted"


@pytest.mark.parametrize(
    ("begin", "until", "changes"),
    [
        (0, 0, {}),
        (0, 2000, {"Heed-Photo-Size": "1999"}),
        (0, 10, {"Heed-Photo-Size": "0"}),
        (0, 10, {"Heed-Photo-Size": "99999999"}),
        (0, 10, {"Heed-Photo-Size": "٣"}),
        (0, 10, {"Heed-Photo-Size": ""}),
        (0, 10, {"Heed-Intake-Key": "none"}),
    ],
    ids=str,
)
def test_a_part_that_makes_no_sense_is_refused_and_nothing_is_kept(
    sealed: Sealed, begin: int, until: int, changes: dict[str, str]
) -> None:
    assert sealed.send(begin, until, **changes).status_code == 422
    assert sealed.received() == 0


def test_a_phone_cannot_fill_the_disk_with_beginnings(
    meadow: Provider, sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.services.photo_part.MOST_UNFINISHED", 100_000)
    assert sealed.send(0, 90_000).status_code == 202
    other = Sealed(meadow, picture_of(sealed))
    refused = other.send(0, 20_000)
    assert refused.status_code == 422
    assert "later" in refused.get_json()["message"]


def picture_of(sealed: Sealed) -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (200, 200), os.urandom(120_000)).save(out, "JPEG", quality=95)
    return out.getvalue()
