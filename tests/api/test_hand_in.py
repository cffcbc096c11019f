"""What a phone still holds is handed in without a session. What is proved is kept; what is not stays on the phone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.extensions import db, work_for
from server.models import Entry, Quarantine
from tests.answers import visit_note
from tests.people import Phone, Provider, Written, b64url


def note(meadow: Provider, phone: Phone) -> Written:
    return phone.write("visit-note", visit_note(meadow.people["grace"]), service=meadow.services["north"])


def hand_in(app: Flask, provider: Any, *items: dict[str, str]) -> Any:
    """Hand in from a browser where nobody is signed in."""
    said = {"provider": str(provider), "sent_at": datetime.now(UTC).isoformat(), "items": list(items)}
    return app.test_client().post("/api/sync/hand-in", json=said)


def outcomes(app: Flask, provider: Any, *items: dict[str, str]) -> list[dict[str, Any]]:
    answer = hand_in(app, provider, *items)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: list[dict[str, Any]] = answer.get_json()["outcomes"]
    return found


def kept(app: Flask, meadow: Provider) -> tuple[int, int]:
    """How many entries are kept, and how many in quarantine."""
    with app.app_context():
        work_for(meadow.id)
        entries = db.session.scalar(select(func.count()).select_from(Entry)) or 0
        return entries, db.session.scalar(select(func.count()).select_from(Quarantine)) or 0


def test_what_a_signed_out_phone_holds_is_received_as_ever(app: Flask, meadow: Provider):
    written = note(meadow, meadow.amina)
    meadow.amina.client.post("/api/session/sign-out", headers={"Origin": "http://localhost"})
    [outcome] = outcomes(app, meadow.id, written.item)
    assert (outcome["outcome"], outcome["effect"]) == ("accepted", "counted")
    assert [each["outcome"] for each in outcomes(app, meadow.id, written.item)] == ["repeated"]
    assert kept(app, meadow) == (1, 0)
    [entry] = [item for item in meadow.carol.fetch() if item["kind"] == "entry"]
    assert entry["author"]["name"] == "Amina Yusuf"


@pytest.mark.parametrize(("ending", "reason"), [("leave", "left"), ("revoke", "revoked")])
def test_what_a_leaver_s_or_a_lost_phone_holds_goes_to_quarantine_and_not_to_the_bin(
    app: Flask, meadow: Provider, ending: str, reason: str
):
    written = note(meadow, meadow.amina)
    act = "leave" if ending == "leave" else f"devices/{meadow.amina.device}/revoke"
    assert meadow.carol.post(f"/api/workers/{meadow.workers['amina']}/{act}", None).status_code == 204
    [outcome] = outcomes(app, meadow.id, written.item)
    assert (outcome["outcome"], outcome["reason"]) == ("quarantined", reason)
    assert kept(app, meadow) == (0, 1)


def test_what_was_kept_before_its_writer_left_is_not_held_as_well(app: Flask, meadow: Provider):
    written, later = note(meadow, meadow.amina), note(meadow, meadow.amina)
    # The reply was lost on the way, so the phone holds it still.
    meadow.amina.send(written)
    assert meadow.carol.post(f"/api/workers/{meadow.workers['amina']}/leave", None).status_code == 204
    told = outcomes(app, meadow.id, written.item, later.item)
    assert [(each["outcome"], each["effect"]) for each in told] == [
        ("repeated", "counted"),
        ("quarantined", "none"),
    ]
    assert kept(app, meadow) == (1, 1)


def _unknown_key(item: dict[str, str]) -> None:
    item["key_id"] = str(uuid4())


def _other_intake_key(item: dict[str, str]) -> None:
    item["seal"] = str(uuid4())


def _other_signature(item: dict[str, str]) -> None:
    item["signature"] = b64url(bytes(range(64)))


def _short_signature(item: dict[str, str]) -> None:
    item["signature"] = "AAAA"


def _other_content(item: dict[str, str]) -> None:
    item["ciphertext"] = b64url(bytes(300))


@pytest.mark.parametrize(
    "spoil", [_unknown_key, _other_intake_key, _other_signature, _short_signature, _other_content]
)
def test_what_nobody_here_signed_is_kept_by_nobody_and_told_nothing(app: Flask, meadow: Provider, spoil: Any):
    good, spoilt = note(meadow, meadow.amina), note(meadow, meadow.amina)
    spoil(spoilt.item)
    # It gets no outcome, and so the phone goes on holding it; its neighbour is not held up.
    assert [each["id"] for each in outcomes(app, meadow.id, spoilt.item, good.item)] == [str(good.id)]
    assert kept(app, meadow) == (1, 0)


def test_a_stranger_cannot_tell_a_provider_from_none(app: Flask, meadow: Provider, riverside: Provider):
    written = note(meadow, meadow.amina)
    stranger = dict(written.item, key_id=str(uuid4()))
    answers = [hand_in(app, provider, stranger).get_json() for provider in (meadow.id, riverside.id, uuid4())]
    for answer in answers:
        assert answer.pop("server_time")
    assert answers == [{"outcomes": [], "epoch": 1, "receipt": None}] * 3


def test_a_key_of_another_provider_signs_nothing_here(app: Flask, meadow: Provider, riverside: Provider):
    written = note(meadow, meadow.amina)
    assert outcomes(app, riverside.id, written.item) == []


def test_a_phone_that_hands_in_again_and_again_is_slowed_down(app: Flask, meadow: Provider):
    written = note(meadow, meadow.amina)
    statuses = [hand_in(app, meadow.id, written.item).status_code for _ in range(61)]
    assert statuses == [200] * 60 + [429]
    # A phone with a session sends as before.
    assert meadow.amina.send(note(meadow, meadow.amina))[0]["outcome"] == "accepted"


def test_twenty_items_are_the_most(app: Flask, meadow: Provider):
    written = note(meadow, meadow.amina)
    assert hand_in(app, meadow.id, *[written.item] * 21).status_code == 422


def test_codes_that_lead_nowhere_get_slow_by_address(app: Flask, meadow: Provider):
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "198.51.100.9"
    look = [client.post("/api/join/look", json={"code": f"00000-{n:05}"}).status_code for n in range(31)]
    assert look == [404] * 30 + [429]
    said = {"code": "00000-00000", "password": "x", **meadow.amina.introduction}
    assert client.post("/api/session/password-code", json=said).status_code == 429
    # From elsewhere, and with a name and a password, nobody is kept away by it.
    assert app.test_client().post("/api/join/look", json={"code": "00000-00000"}).status_code == 404
    said = {"sign_in_name": "amina@meadow", "password": meadow.amina.password, **meadow.amina.introduction}
    assert client.post("/api/session/sign-in", json=said).status_code == 200
    said["sign_in_name"] = "amina@nowhere"
    assert client.post("/api/session/sign-in", json=said).status_code == 429
