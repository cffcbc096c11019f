"""A photo is handed in without a session once its entry was: the hash that was signed there is the proof."""

from __future__ import annotations

import hashlib
import io
import os
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from server.extensions import db, work_for
from server.models import Photo, PhotoPart
from tests.answers import visit_note
from tests.api.test_hand_in import outcomes
from tests.people import Provider

PART = 64 * 1024


@pytest.fixture(scope="module")
def picture() -> bytes:
    """A photo of two parts: noise does not pack."""
    out = io.BytesIO()
    Image.frombytes("RGB", (300, 300), os.urandom(300 * 300 * 3)).save(out, "JPEG", quality=90)
    return out.getvalue()


class Left:
    """A note of Amina's with a photo, on a phone where nobody is signed in any more."""

    def __init__(self, app: Flask, meadow: Provider, content: bytes) -> None:
        self.app, self.meadow, self.phone = app, meadow, meadow.amina
        grace, north = meadow.people["grace"], meadow.services["north"]
        self.note = self.phone.write(
            "visit-note", visit_note(grace), service=north, person=grace, photos=[content]
        )
        self.named: dict[str, Any] = {
            "provider": meadow.id,
            "key": self.phone.welcome["key_id"],
            "entry": self.note.id,
            "hash": hashlib.sha256(content).hexdigest(),
        }
        self.content = self.phone.sealed_photo(self.note, content)

    def hand_in_words(self) -> str:
        [outcome] = outcomes(self.app, self.meadow.id, self.note.item)
        return str(outcome["outcome"])

    def path(self, **changes: Any) -> str:
        named = self.named | changes
        return "/api/sync/hand-in/photo/{provider}/{key}/{entry}/{hash}/part".format_map(named)

    def received(self, **changes: Any) -> TestResponse:
        return self.app.test_client().get(self.path(**changes))

    def hand_in(self, begin: int, until: int, **changes: Any) -> TestResponse:
        """Hand in some bytes, from a browser where nobody is signed in."""
        headers = {
            "Heed-Intake-Key": self.phone.intake_key["id"],
            "Heed-Photo-Size": str(len(self.content)),
            "Content-Type": "application/octet-stream",
        }
        return self.app.test_client().put(
            f"{self.path(**changes)}/{begin}", data=self.content[begin:until], headers=headers
        )

    def hand_in_all(self) -> TestResponse:
        answer = self.hand_in(0, PART)
        for begin in range(PART, len(self.content), PART):
            answer = self.hand_in(begin, begin + PART)
        return answer

    def shown_to(self, own_name: str) -> int:
        path = f"/api/photo/{self.phone.device}/{self.note.id}/{self.named['hash']}"
        return self.meadow.phone(own_name).get(path).status_code


@pytest.fixture
def left(app: Flask, meadow: Provider, picture: bytes) -> Left:
    return Left(app, meadow, picture)


def kept(left: Left) -> tuple[int, int]:
    """How many photos are kept, and how many parts."""
    with left.app.app_context():
        work_for(left.meadow.id)
        photos = db.session.scalar(select(func.count()).select_from(Photo)) or 0
        return photos, db.session.scalar(select(func.count()).select_from(PhotoPart)) or 0


def test_a_photo_is_handed_in_after_its_words_and_not_before(left: Left) -> None:
    assert len(left.content) > PART
    assert left.hand_in_all().status_code == 404
    assert kept(left) == (0, 0)
    assert left.hand_in_words() == "accepted"
    assert (left.hand_in(0, PART).status_code, left.received().get_json()) == (202, {"received": PART})
    last = left.hand_in(PART, len(left.content))
    assert (last.status_code, last.get_json()["outcome"]) == (200, "accepted")
    assert left.shown_to("ben") == 200
    assert kept(left) == (1, 0)


def test_one_whose_reply_was_lost_is_repeated(left: Left) -> None:
    left.hand_in_words()
    left.hand_in_all()
    assert left.hand_in_all().get_json()["outcome"] == "repeated"
    assert kept(left) == (1, 0)


def test_a_leaver_s_photo_is_shown_to_whoever_must_look_at_what_is_in_quarantine_and_to_nobody_else(
    left: Left,
) -> None:
    assert (
        left.meadow.carol.post(f"/api/workers/{left.meadow.workers['amina']}/leave", None).status_code == 204
    )
    assert left.hand_in_words() == "quarantined"
    assert left.hand_in_all().get_json()["outcome"] == "accepted"
    assert kept(left) == (1, 0)
    [held] = [
        item for item in left.meadow.esther.fetch() if item.get("form") == "quarantine" and "answers" in item
    ]
    assert held["photos"] == [{"hash": left.named["hash"], "here": True, "damaged": False}]
    path = f"/api/photo/{held['key'].replace('.', '/')}/{left.named['hash']}"
    asked = {
        name: left.meadow.phone(name).get(path).status_code for name in ("esther", "ben", "carol", "hana")
    }
    assert asked == {"esther": 200, "ben": 404, "carol": 404, "hana": 404}
    # Under its writer's number it is nobody's.
    assert {left.shown_to(name) for name in asked} == {404}


@pytest.mark.parametrize("changed", ["provider", "key", "entry", "hash"])
def test_whoever_names_it_wrongly_gets_the_same_answer_whatever_is_wrong(left: Left, changed: str) -> None:
    left.hand_in_words()
    wrong: UUID | str = "0" * 64 if changed == "hash" else uuid4()
    answers = [left.hand_in(begin, begin + PART, **{changed: wrong}) for begin in (0, PART)]
    assert (answers[-1].status_code, answers[-1].get_json()["message"]) == (
        404,
        "Nothing here waits for this photo.",
    )
    assert kept(left) == (0, 0)


def test_whoever_has_no_more_than_a_number_and_a_hash_learns_nothing_of_an_entry(left: Left) -> None:
    right = left.content
    left.content = bytes(len(right))

    def asked() -> list[tuple[int, str]]:
        answers = [left.received(), left.hand_in(0, PART), left.received(), left.hand_in(PART, len(right))]
        return [(answer.status_code, answer.get_data(as_text=True)) for answer in answers]

    before = asked()
    left.hand_in_words()
    with_words = asked()
    left.content = right
    left.hand_in_all()
    left.content = bytes(len(right))
    assert before == with_words == asked()


def test_a_key_of_another_provider_opens_nothing_here(left: Left, riverside: Provider) -> None:
    left.hand_in_words()
    assert left.hand_in(0, PART, provider=riverside.id).status_code == 404


def test_somebody_else_s_key_hands_in_nothing_for_amina_s_note(left: Left) -> None:
    left.hand_in_words()
    key = left.meadow.ben.welcome["key_id"]
    answers = [left.hand_in(begin, begin + PART, key=key).status_code for begin in (0, PART)]
    assert answers == [202, 404]


def test_what_is_not_the_photo_that_was_signed_is_let_go_and_the_right_one_still_comes(left: Left) -> None:
    left.hand_in_words()
    right = left.content
    left.content = bytes(len(right))
    assert left.hand_in_all().status_code == 404
    assert kept(left) == (0, 0)
    left.content = right
    assert left.hand_in_all().get_json()["outcome"] == "accepted"


def test_a_stranger_s_parts_do_not_mix_with_those_of_a_session(left: Left) -> None:
    left.hand_in_words()
    right = left.content
    left.content = bytes(len(right))
    left.hand_in(0, PART)
    session = left.path().replace(f"hand-in/photo/{left.meadow.id}", "photo")
    assert left.phone.get(session).get_json() == {"received": 0}


def test_what_was_signed_and_is_no_photo_is_kept_apart(app: Flask, meadow: Provider) -> None:
    left = Left(app, meadow, b"\x00" * 500)
    left.hand_in_words()
    assert left.hand_in_all().get_json()["outcome"] == "quarantined"


def test_whoever_hands_in_without_end_is_slowed_down(left: Left, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.api.hand_in.PHOTO_PARTS", 5)
    left.hand_in_words()
    assert [left.hand_in(0, 10).status_code for _ in range(6)] == [202] * 5 + [429]
