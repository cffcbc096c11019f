"""Passkeys: made by the phone, enough alone to sign in, and never good for a second time or for somebody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, text

from server.extensions import db, work_for
from server.models import Passkey
from tests.authenticator import Authenticator
from tests.people import Phone, Provider, b64url


def ask(phone: Phone) -> dict[str, Any]:
    asked: dict[str, Any] = phone.client.post("/api/session/passkey/options").get_json()
    return asked


def add(phone: Phone, passkey: Authenticator, **changes: Any) -> Any:
    """Make a passkey on a phone and have it kept."""
    assert phone.prove_again().status_code == 204
    asked = phone.post("/api/me/passkeys/options", None).get_json()
    said = {
        "challenge_id": asked["challenge_id"],
        "credential": passkey.make(asked["options"]),
        "name": "Phone",
    }
    return phone.post("/api/me/passkeys", said | changes)


def sign_in(phone: Phone, passkey: Authenticator, **changes: Any) -> Any:
    asked = ask(phone)
    said = {"challenge_id": asked["challenge_id"], "credential": passkey.sign(asked["options"])}
    answer = phone.client.post("/api/session/passkey", json={**said, **phone.introduction, **changes})
    if answer.status_code == 200:
        phone.welcomed(answer.get_json())
    return answer


@pytest.fixture
def passkey(meadow: Provider) -> Authenticator:
    """Carol's."""
    made = Authenticator()
    assert add(meadow.carol, made).status_code == 201
    return made


def test_the_browser_is_asked_for_a_passkey_that_says_itself_whose_it_is(meadow: Provider):
    options = meadow.carol.post("/api/me/passkeys/options", None).get_json()["options"]
    assert options["rp"] == {"name": "Heed at Meadow Care", "id": "localhost"}
    assert options["user"]["name"] == "carol@meadow"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["attestation"] == "none"
    assert options["extensions"] == {"prf": {}}
    asked = ask(meadow.carol)["options"]
    assert asked["userVerification"] == "required"
    assert asked["allowCredentials"] == []
    assert asked["extensions"] == {"prf": {}}


def test_a_passkey_alone_signs_in(app: Flask, meadow: Provider, passkey: Authenticator):
    tablet = Phone(app, "carol@meadow")
    welcome = sign_in(tablet, passkey).get_json()
    assert welcome["worker"]["id"] == str(meadow.workers["carol"])
    assert welcome["second_step"]["set_up"] is True
    assert tablet.get("/api/home").status_code == 200
    assert tablet.refresh().status_code == 200


def test_the_first_second_step_comes_with_recovery_codes(meadow: Provider):
    first = add(meadow.carol, Authenticator()).get_json()
    assert len(first["recovery_codes"]) == 10
    asked = meadow.carol.sign_in()
    assert asked.get_json()["ways"] == ["code", "passkey"]
    assert meadow.carol.sign_in(code=first["recovery_codes"][0]).status_code == 200
    shown = meadow.carol.get("/api/me/security").get_json()
    assert [each["name"] for each in shown["passkeys"]] == ["Phone"]
    assert shown["recovery_codes_left"] == 9


def test_a_passkey_proves_again_that_it_is_oneself(meadow: Provider, passkey: Authenticator):
    with time_machine.travel("2026-12-01T09:00:00+00:00", tick=False) as clock:
        sign_in(meadow.carol, passkey)
        clock.shift(timedelta(minutes=6))
        assert meadow.carol.post("/api/me/code", None).get_json()["reason"] == "fresh_needed"
        asked = ask(meadow.carol)
        said = {"challenge_id": asked["challenge_id"], "credential": passkey.sign(asked["options"])}
        assert meadow.carol.post("/api/session/fresh", said).status_code == 204
        assert meadow.carol.post("/api/me/code", None).status_code == 200
        assert meadow.carol.post("/api/session/fresh", said).get_json()["reason"] == "wrong_passkey"


def test_somebody_else_s_passkey_proves_nothing(meadow: Provider, passkey: Authenticator):
    asked = ask(meadow.amina)
    said = {"challenge_id": asked["challenge_id"], "credential": passkey.sign(asked["options"])}
    assert meadow.amina.post("/api/session/fresh", said).get_json()["reason"] == "wrong_passkey"


def test_an_answer_works_once(app: Flask, meadow: Provider, passkey: Authenticator):
    passkey.counts = False
    phone = Phone(app, "carol@meadow")
    asked = ask(phone)
    said = {"challenge_id": asked["challenge_id"], "credential": passkey.sign(asked["options"])}
    assert phone.client.post("/api/session/passkey", json={**said, **phone.introduction}).status_code == 200
    assert phone.client.post("/api/session/passkey", json={**said, **phone.introduction}).status_code == 401


def test_an_answer_is_good_for_five_minutes(app: Flask, meadow: Provider, passkey: Authenticator):
    with time_machine.travel("2026-12-01T09:00:00+00:00", tick=False) as clock:
        phone = Phone(app, "carol@meadow")
        asked = ask(phone)
        said = {"challenge_id": asked["challenge_id"], "credential": passkey.sign(asked["options"])}
        clock.shift(timedelta(minutes=5))
        answer = phone.client.post("/api/session/passkey", json={**said, **phone.introduction})
        assert answer.status_code == 401


def test_a_copy_that_counts_behind_is_refused(app: Flask, meadow: Provider, passkey: Authenticator):
    assert sign_in(meadow.carol, passkey).status_code == 200
    assert sign_in(meadow.carol, passkey).status_code == 200
    passkey.count = 0
    assert sign_in(Phone(app, "carol@meadow"), passkey).status_code == 401


def test_a_passkey_that_did_not_ask_who_holds_the_phone_is_refused(app: Flask, meadow: Provider):
    careless = Authenticator(verifies=False)
    assert add(meadow.carol, careless).status_code == 422
    good = Authenticator()
    assert add(meadow.carol, good).status_code == 201
    good.verifies = False
    assert sign_in(Phone(app, "carol@meadow"), good).status_code == 401


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://localhost:9999", "https://localhost:8000", "http://localhost"]
)
def test_a_passkey_shown_to_another_site_is_refused(
    app: Flask, meadow: Provider, passkey: Authenticator, origin: str
):
    passkey.origin = origin
    assert sign_in(Phone(app, "carol@meadow"), passkey).status_code == 401


def _other_challenge(said: dict[str, Any]) -> None:
    said["challenge_id"] = b64url(bytes(24))


def _other_handle(said: dict[str, Any]) -> None:
    said["credential"]["response"]["userHandle"] = b64url(bytes(32))


def _no_handle(said: dict[str, Any]) -> None:
    del said["credential"]["response"]["userHandle"]


def _short_handle(said: dict[str, Any]) -> None:
    said["credential"]["response"]["userHandle"] = "AA"


def _other_signature(said: dict[str, Any]) -> None:
    said["credential"]["response"]["signature"] = b64url(bytes(70))


def _other_data(said: dict[str, Any]) -> None:
    said["credential"]["response"]["authenticatorData"] = b64url(bytes(40))


def _no_json(said: dict[str, Any]) -> None:
    said["credential"]["response"]["clientDataJSON"] = b64url(b"[" * 5000)


def _other_id(said: dict[str, Any]) -> None:
    said["credential"]["id"] = said["credential"]["rawId"] = b64url(bytes(32))


def _odd_id(said: dict[str, Any]) -> None:
    said["credential"]["id"] = said["credential"]["rawId"] = "A"


@pytest.mark.parametrize(
    "spoil",
    [
        *(_other_challenge, _other_handle, _no_handle, _short_handle, _other_signature, _other_data),
        *(_no_json, _other_id, _odd_id),
    ],
)
def test_what_was_changed_on_the_way_signs_nobody_in(
    app: Flask, meadow: Provider, passkey: Authenticator, spoil: Any
):
    phone = Phone(app, "carol@meadow")
    asked = ask(phone)
    said = {"challenge_id": asked["challenge_id"], "credential": passkey.sign(asked["options"])}
    spoil(said)
    answer = phone.client.post("/api/session/passkey", json={**said, **phone.introduction})
    assert answer.status_code == 401
    assert answer.get_json()["message"].startswith("That passkey does not sign anybody in here.")


def test_a_passkey_is_made_in_the_session_that_asked(app: Flask, meadow: Provider):
    other = Phone(app, "carol@meadow")
    asked = other.post("/api/me/passkeys/options", None).get_json()
    said = {"challenge_id": asked["challenge_id"], "credential": Authenticator().make(asked["options"])}
    assert meadow.carol.post("/api/me/passkeys", said | {"name": "Phone"}).status_code == 422
    assert other.post("/api/me/passkeys", said | {"name": "Phone"}).status_code == 201
    assert other.post("/api/me/passkeys", said | {"name": "Phone"}).status_code == 422


def test_another_provider_s_worker_cannot_bring_their_passkey(
    app: Flask, meadow: Provider, riverside: Provider, passkey: Authenticator
):
    theirs = Authenticator()
    assert add(riverside.rita, theirs).status_code == 201
    theirs.handle = passkey.handle
    assert sign_in(Phone(app, "carol@meadow"), theirs).status_code == 401


def test_somebody_who_has_left_cannot_use_their_passkey(app: Flask, meadow: Provider, passkey: Authenticator):
    with app.app_context():
        work_for(meadow.id)
        db.session.execute(text("UPDATE worker SET left_at = now() WHERE sign_in_name = 'carol'"))
        db.session.commit()
    assert sign_in(Phone(app, "carol@meadow"), passkey).status_code == 401


def test_a_passkey_that_was_removed_counts_no_more(app: Flask, meadow: Provider, passkey: Authenticator):
    second = Authenticator()
    assert add(meadow.amina, second).status_code == 201
    [shown] = meadow.amina.get("/api/me/security").get_json()["passkeys"]
    assert meadow.carol.delete(f"/api/me/passkeys/{shown['id']}", None).status_code == 404
    assert meadow.amina.delete(f"/api/me/passkeys/{shown['id']}", None).status_code == 204
    assert sign_in(Phone(app, "amina@meadow"), second).status_code == 401
    assert meadow.amina.sign_in().status_code == 200
    # Carol needs one and has no other.
    [hers] = meadow.carol.get("/api/me/security").get_json()["passkeys"]
    assert meadow.carol.delete(f"/api/me/passkeys/{hers['id']}", None).status_code == 403


def test_what_the_passkey_derived_for_the_phone_is_kept_nowhere(app: Flask, meadow: Provider):
    assert add(meadow.carol, Authenticator()).status_code == 201
    with app.app_context():
        work_for(meadow.id)
        kept = db.session.execute(select(Passkey.__table__)).mappings().one()
    assert "never to leave" not in str(dict(kept))
