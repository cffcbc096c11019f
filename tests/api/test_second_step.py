"""The second step: set up with a code app, asked for after the password, each code good for once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from server.extensions import db, work_for
from server.models import CodeApp, RecoveryCode, RoleGrant
from tests.people import Phone, Provider

START = "2026-11-24T09:00:00+00:00"


def set_up(phone: Phone) -> tuple[pyotp.TOTP, list[str]]:
    """Set up a code app as its owner does. Answers the app and the recovery codes."""
    assert phone.prove_again().status_code == 204
    made = phone.post("/api/me/code", None).get_json()
    app = pyotp.TOTP(made["secret"])
    confirmed = phone.put("/api/me/code", {"code": app.now()})
    assert confirmed.status_code == 200, confirmed.get_data(as_text=True)
    return app, confirmed.get_json()["recovery_codes"]


def refused_with(answer: Any, status: int, reason: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.get_data(as_text=True)
    body: dict[str, Any] = answer.get_json()
    assert body["reason"] == reason
    return body


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(START, tick=False) as travel:
        yield travel


def test_a_code_app_is_set_up_with_its_own_code(meadow: Provider, clock: Any):
    carol = meadow.carol
    before = carol.get("/api/me/security").get_json()
    assert (before["code"], before["recovery_codes_left"], before["passkeys"]) == (False, 0, [])
    made = carol.post("/api/me/code", None).get_json()
    assert made["uri"].startswith("otpauth://totp/Heed:carol%40meadow?secret=")
    assert set("".join(made["qr"])) == {"0", "1"}
    assert carol.put("/api/me/code", {"code": "12345"}).status_code == 422
    assert carol.get("/api/me/security").get_json()["code"] is False
    assert carol.put("/api/me/code", {"code": pyotp.TOTP(made["secret"]).now()}).status_code == 200
    after = carol.get("/api/me/security").get_json()
    assert (after["code"], after["recovery_codes_left"]) == (True, 10)
    assert after["second_step"]["set_up"] is True


def test_a_secret_that_nobody_confirmed_counts_for_nothing(meadow: Provider, clock: Any):
    made = meadow.carol.post("/api/me/code", None).get_json()
    assert meadow.carol.sign_in().status_code == 200
    clock.shift(timedelta(minutes=31))
    meadow.carol.refresh()
    code = pyotp.TOTP(made["secret"]).now()
    assert meadow.carol.put("/api/me/code", {"code": code}).status_code == 422


def test_after_the_password_the_second_step_is_asked_for(meadow: Provider, clock: Any):
    app, _ = set_up(meadow.carol)
    clock.shift(timedelta(minutes=1))
    body = refused_with(meadow.carol.sign_in(), 401, "second_step")
    assert body["ways"] == ["code"]
    assert meadow.carol.sign_in(code=app.now()).status_code == 200
    # A wrong password is told nothing of it.
    assert "reason" not in meadow.carol.sign_in(password="not it at all").get_json()


def test_a_code_works_once_and_half_a_minute_to_either_side(meadow: Provider, clock: Any):
    app, _ = set_up(meadow.carol)
    clock.shift(timedelta(minutes=5))
    now = app.now()
    assert meadow.carol.sign_in(code=now).status_code == 200
    refused_with(meadow.carol.sign_in(code=now), 401, "wrong_code")
    clock.shift(timedelta(seconds=30))
    refused_with(meadow.carol.sign_in(code=now), 401, "wrong_code")
    ahead = app.at(int(time.time()) + 30)
    assert meadow.carol.sign_in(code=f" {ahead[:3]} {ahead[3:]} ").status_code == 200
    refused_with(meadow.carol.sign_in(code=app.now()), 401, "wrong_code")
    clock.shift(timedelta(minutes=10))
    late = app.now()
    clock.shift(timedelta(seconds=61))
    refused_with(meadow.carol.sign_in(code=late), 401, "wrong_code")


def test_the_code_that_set_the_app_up_does_not_sign_anybody_in(meadow: Provider, clock: Any):
    app, _ = set_up(meadow.carol)
    refused_with(meadow.carol.sign_in(code=app.now()), 401, "wrong_code")


def test_one_code_typed_on_two_phones_at_once_signs_in_one(app: Flask, meadow: Provider):
    codes, _ = set_up(meadow.carol)
    ahead = codes.at(int(time.time()) + 30)
    phones = [Phone(app, "carol@meadow") for _ in range(4)]
    for number, phone in enumerate(phones):
        phone.client.environ_base["REMOTE_ADDR"] = f"203.0.113.{number}"
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda phone: phone.sign_in(code=ahead).status_code, phones))
    assert sorted(statuses) == [200, 401, 401, 401]


def test_a_recovery_code_works_once(meadow: Provider, clock: Any):
    _, codes = set_up(meadow.carol)
    assert len(set(codes)) == 10
    typed = codes[3].lower().replace("-", " ")
    assert meadow.carol.sign_in(code=typed).status_code == 200
    refused_with(meadow.carol.sign_in(code=codes[3]), 401, "wrong_code")
    assert meadow.carol.get("/api/me/security").get_json()["recovery_codes_left"] == 9


def test_a_new_app_ends_the_one_before_and_its_recovery_codes(meadow: Provider, clock: Any):
    first, codes = set_up(meadow.carol)
    clock.shift(timedelta(minutes=2))
    assert meadow.carol.prove_again(password=meadow.carol.password, code=first.now()).status_code == 204
    made = meadow.carol.post("/api/me/code", None).get_json()
    second = pyotp.TOTP(made["secret"])
    clock.shift(timedelta(minutes=1))
    assert meadow.carol.put("/api/me/code", {"code": second.now()}).status_code == 200
    clock.shift(timedelta(minutes=1))
    for old in (first.now(), codes[0]):
        refused_with(meadow.carol.sign_in(code=old), 401, "wrong_code")
    assert meadow.carol.sign_in(code=second.now()).status_code == 200


def test_somebody_else_s_recovery_code_opens_nothing(meadow: Provider, clock: Any):
    _, codes = set_up(meadow.carol)
    set_up(meadow.gwen)
    refused_with(meadow.gwen.sign_in(code=codes[0]), 401, "wrong_code")


def test_guessing_codes_gets_slow_as_guessing_passwords_does(app: Flask, meadow: Provider, clock: Any):
    codes, _ = set_up(meadow.carol)
    thief = Phone(app, "carol@meadow")
    thief.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    guesses = [thief.sign_in(code=f"00000{n}").status_code for n in range(7)]
    assert guesses == [401] * 5 + [429] * 2
    clock.shift(timedelta(minutes=1))
    assert meadow.carol.sign_in(code=codes.now()).status_code == 200


def test_a_question_for_the_second_step_is_no_wrong_try(meadow: Provider, clock: Any):
    codes, _ = set_up(meadow.carol)
    clock.shift(timedelta(minutes=1))
    for _ in range(12):
        refused_with(meadow.carol.sign_in(), 401, "second_step")
    assert meadow.carol.sign_in(code=codes.now()).status_code == 200


def test_the_database_alone_makes_no_code(app: Flask, meadow: Provider, clock: Any):
    codes, recovery = set_up(meadow.carol)
    with app.app_context():
        work_for(meadow.id)
        sealed = db.session.scalars(
            select(CodeApp.sealed_secret).where(CodeApp.confirmed_at.is_not(None))
        ).one()
        hashes = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert codes.secret.encode() not in sealed
    assert not {code.replace("-", "").encode() for code in recovery} & set(hashes)


def test_whoever_needs_a_second_step_cannot_take_their_last_one_away(meadow: Provider, clock: Any):
    set_up(meadow.carol)
    set_up(meadow.amina)
    assert meadow.carol.delete("/api/me/code", None).status_code == 403
    assert meadow.amina.delete("/api/me/code", None).status_code == 204
    assert meadow.amina.sign_in().status_code == 200
    assert meadow.amina.get("/api/me/security").get_json()["recovery_codes_left"] == 0


# Who needs one, and by when


@pytest.mark.parametrize("who", ["carol", "gwen", "esther", "farah", "jo"])
def test_whoever_reads_or_decides_for_others_is_given_a_fortnight(meadow: Provider, clock: Any, who: str):
    phone = meadow.phone(who)
    assert phone.welcome["second_step"] == {"set_up": False, "needed_by": "2026-12-08T09:00:00+00:00"}
    clock.shift(timedelta(days=5))
    again = phone.sign_in().get_json()
    assert again["second_step"]["needed_by"] == "2026-12-08T09:00:00+00:00"


@pytest.mark.parametrize("who", ["amina", "ben", "hana", "idris"])
def test_others_may_do_without(meadow: Provider, clock: Any, who: str):
    assert meadow.phone(who).welcome["second_step"]["needed_by"] is None


def test_a_manager_who_owes_a_second_step_may_send_and_set_one_up_and_nothing_else(
    meadow: Provider, clock: Any
):
    carol = meadow.carol
    sealed_to = carol.intake_key
    for _ in range(3):
        clock.shift(timedelta(days=5))
        carol.refresh()
    answer = carol.refresh()
    assert answer.get_json()["scope"] == "upload"
    refused_with(carol.get("/api/home"), 403, "sign_in_again")
    refused_with(carol.get("/api/sync/fetch"), 403, "sign_in_again")
    again = carol.sign_in().get_json()
    assert again["scope"] == "upload"
    refused_with(carol.get("/api/home"), 403, "sign_in_again")
    note = carol.write("visit-note", {}, service=meadow.services["north"])
    assert note.item["seal"] == sealed_to["id"]
    assert carol.send(note)[0]["outcome"] == "quarantined"
    set_up(carol)
    assert carol.get("/api/home").status_code == 200
    assert carol.refresh().get_json()["scope"] == "full"


def test_a_role_that_ended_asks_for_nothing_more(app: Flask, meadow: Provider, clock: Any):
    assert meadow.carol.welcome["second_step"]["needed_by"] is not None
    with app.app_context():
        work_for(meadow.id)
        mine = update(RoleGrant).where(RoleGrant.worker_id == meadow.workers["carol"])
        db.session.execute(mine.values(role="worker"))
        db.session.commit()
    assert meadow.carol.sign_in().get_json()["second_step"]["needed_by"] is None


# Sessions that have just been proved, and those that lay unused


def test_what_needs_fresh_proof_asks_for_it_five_minutes_after_the_last(meadow: Provider, clock: Any):
    carol = meadow.carol
    assert carol.post("/api/me/code", None).status_code == 200
    clock.shift(timedelta(minutes=5))
    refused_with(carol.post("/api/me/code", None), 403, "fresh_needed")
    lead = {"service": str(meadow.services["north"]), "role": "safeguarding_lead"}
    refused_with(carol.post("/api/join-codes", lead), 403, "fresh_needed")
    assert carol.post("/api/join-codes", lead | {"role": "worker"}).status_code == 201
    assert carol.prove_again().status_code == 204
    assert carol.post("/api/join-codes", lead).status_code == 201


def test_a_wrong_password_proves_nothing_and_gets_slow(meadow: Provider, clock: Any):
    carol = meadow.carol
    carol.sign_in()
    clock.shift(timedelta(minutes=6))
    for _ in range(5):
        refused_with(carol.prove_again(password="not the password"), 403, "wrong_password")
    assert carol.prove_again(password="not the password").status_code == 429
    refused_with(carol.post("/api/me/code", None), 403, "fresh_needed")
    clock.shift(timedelta(minutes=3))
    assert carol.prove_again().status_code == 204


def test_proving_again_takes_the_second_step_too(meadow: Provider, clock: Any):
    app, _ = set_up(meadow.carol)
    clock.shift(timedelta(minutes=6))
    body = refused_with(meadow.carol.prove_again(), 403, "second_step")
    assert body["ways"] == ["code"]
    refused_with(meadow.carol.prove_again(password=meadow.carol.password, code="000000"), 403, "wrong_code")
    assert meadow.carol.prove_again(password=meadow.carol.password, code=app.now()).status_code == 204


def test_proof_is_for_one_session_and_for_no_other(app: Flask, meadow: Provider, clock: Any):
    other = Phone(app, "carol@meadow")
    other.sign_in()
    clock.shift(timedelta(minutes=6))
    assert meadow.carol.prove_again().status_code == 204
    refused_with(other.post("/api/me/code", None), 403, "fresh_needed")


def test_a_phone_that_lay_unused_for_a_week_sends_and_reads_nothing(meadow: Provider, clock: Any):
    amina = meadow.amina
    assert amina.intake_key
    clock.shift(timedelta(days=7, minutes=1))
    assert amina.refresh().get_json()["scope"] == "upload"
    clock.shift(timedelta(minutes=9))
    # It stays so however often it refreshes.
    assert amina.refresh().get_json()["scope"] == "upload"
    for path in ("/api/home", "/api/sync/fetch", f"/api/services/{meadow.services['north']}/shifts"):
        refused_with(amina.get(path), 403, "sign_in_again")
    assert len(amina.send(amina.write("visit-note", {}, service=meadow.services["north"]))) == 1
    assert amina.prove_again().status_code == 204
    assert amina.get("/api/home").status_code == 200
    assert amina.refresh().get_json()["scope"] == "full"


def test_a_phone_that_is_used_every_week_goes_on(meadow: Provider, clock: Any):
    meadow.amina.sign_in()
    for _ in range(4):
        clock.shift(timedelta(days=6))
        assert meadow.amina.refresh().get_json()["scope"] == "full"
