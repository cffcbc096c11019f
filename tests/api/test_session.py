"""Signing in, staying signed in when replies get lost, and being signed out when a token was copied."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.http import parse_cookie

from server.extensions import db, work_for
from server.models import SigningKey, Worker, WorkerSession
from tests.people import ORIGIN, PASSWORD, Phone, Provider, from_b64url

COOKIE = "__Host-refresh"


def cookie_of(phone: Phone) -> str:
    cookie = phone.client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def show(client: FlaskClient, cookie: str) -> Any:
    """Show a refresh token, as a browser that holds this one would. Answers the status and the new token."""
    client.set_cookie(COOKIE, cookie, secure=True)
    answer = client.post("/api/session/refresh", headers=ORIGIN)
    set_cookie = answer.headers.get("Set-Cookie", "")
    return answer.status_code, parse_cookie(set_cookie).get(COOKIE)


def rows(app: Flask, provider: Provider, question: Any) -> Any:
    with app.app_context():
        work_for(provider.id)
        return db.session.scalar(question)


def test_whoever_signs_in_is_told_who_they_are(meadow: Provider):
    welcome = meadow.amina.welcome
    assert welcome["worker"] == {
        "id": str(meadow.workers["amina"]),
        "name": "Amina Yusuf",
        "sign_in_name": "amina@meadow",
    }
    assert welcome["provider"] == {"id": str(meadow.id), "name": "Meadow Care", "demo": False}
    assert welcome["expires_in"] == 600
    assert welcome["scope"] == "full"
    assert welcome["second_step"] == {"set_up": False, "needed_by": None}
    assert welcome.keys() == {
        *("access_token", "expires_in", "worker", "provider", "device", "key_id", "scope", "second_step")
    }


def test_the_refresh_cookie_is_kept_from_scripts_other_sites_and_plain_http(meadow: Provider):
    set_cookie = meadow.amina.sign_in().headers["Set-Cookie"]
    assert set_cookie.startswith("__Host-refresh=")
    parts = {part.strip() for part in set_cookie.split(";")}
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= parts
    assert "Domain" not in set_cookie


def test_a_name_may_be_typed_carelessly(app: Flask, meadow: Provider):
    assert Phone(app, "  Amina@MEADOW ").sign_in().status_code == 200


@pytest.mark.parametrize(
    "name", ["amina@meadow", "nobody@meadow", "amina@nowhere", "amina", "@", "a@b@c", "é@meadow"]
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_words(app: Flask, meadow: Provider, name: str):
    answer = Phone(app, name, "not the password").sign_in()
    assert answer.status_code == 401
    assert answer.get_json()["message"] == "That sign-in name and passphrase do not go together. Check both."


def test_somebody_who_has_left_cannot_sign_in(app: Flask, meadow: Provider):
    with app.app_context():
        work_for(meadow.id)
        db.session.execute(
            update(Worker).where(Worker.sign_in_name == "amina").values(left_at=datetime.now(UTC))
        )
        db.session.commit()
    assert Phone(app, "amina@meadow").sign_in().status_code == 401


def test_the_same_phone_keeps_its_id_and_its_signing_key(meadow: Provider):
    phone = meadow.amina
    first = phone.welcome
    again = phone.sign_in().get_json()
    assert (again["device"], again["key_id"]) == (first["device"], first["key_id"])


def test_two_workers_on_one_tablet_each_sign_for_themselves(app: Flask, meadow: Provider):
    amina = meadow.amina
    amina.sign_in()
    ben = Phone(app, "ben@meadow")
    ben.device = amina.device
    ben.sign_in()
    assert ben.device == amina.device
    assert ben.welcome["key_id"] != amina.welcome["key_id"]


def test_a_device_id_of_another_provider_is_not_taken_over(meadow: Provider, riverside: Provider):
    meadow.amina.sign_in()
    answer = riverside.dev.sign_in(device={"id": meadow.amina.device, "name": "Dev's phone"})
    assert answer.get_json()["device"]["id"] != meadow.amina.device


def test_signing_in_again_on_a_phone_ends_the_session_before(meadow: Provider, client: FlaskClient):
    phone = meadow.amina
    phone.sign_in()
    before = cookie_of(phone)
    phone.sign_in()
    assert show(client, before)[0] == 401
    assert phone.refresh().status_code == 200


def test_a_refreshed_token_opens_and_the_session_goes_on(meadow: Provider):
    phone = meadow.amina
    first = phone.welcome["access_token"]
    for _ in range(3):
        assert phone.refresh().status_code == 200
    assert phone.welcome["access_token"] != first
    assert phone.get("/api/home").status_code == 200


def test_a_lost_reply_signs_nobody_out(meadow: Provider, client: FlaskClient):
    meadow.amina.sign_in()
    held = cookie_of(meadow.amina)
    with time_machine.travel(0, tick=False) as clock:
        clock.move_to("2026-11-24T09:00:00+00:00")
        meadow.ben.sign_in()
        held = cookie_of(meadow.ben)
        assert show(client, held)[0] == 200
        clock.shift(timedelta(hours=3))
        status, found_again = show(client, held)
        assert status == 200
        assert show(client, str(found_again))[0] == 200


def test_two_tabs_that_ask_at_once_get_the_same_token(meadow: Provider, app: Flask):
    meadow.amina.sign_in()
    held = cookie_of(meadow.amina)
    with ThreadPoolExecutor(4) as tabs:
        answers = list(tabs.map(lambda _: show(app.test_client(), held), range(4)))
    assert {status for status, _ in answers} == {200}
    assert len({token for _, token in answers}) == 1


def test_a_token_that_was_copied_ends_the_session_for_both(meadow: Provider, client: FlaskClient, app: Flask):
    phone = meadow.amina
    phone.sign_in()
    copied = cookie_of(phone)
    phone.refresh()
    phone.refresh()
    assert show(client, copied)[0] == 401
    assert phone.refresh().status_code == 401
    assert phone.get("/api/home").status_code == 401
    assert rows(app, meadow, select(WorkerSession.revoked_why)) == "reused"


def test_a_thief_who_keeps_pace_is_found_out(meadow: Provider, client: FlaskClient):
    with time_machine.travel("2026-11-24T09:00:00+00:00", tick=False) as clock:
        phone = meadow.amina
        phone.sign_in()
        copied = cookie_of(phone)
        phone.refresh()
        clock.shift(timedelta(minutes=5))
        assert show(client, copied)[0] == 200
        assert phone.refresh().status_code == 401


@pytest.mark.parametrize("changed", ["", "x", "a.b.c", "a.b.c.d", "....", "é", "tail", "swap"])
def test_a_token_that_is_not_ours_ends_nothing(meadow: Provider, client: FlaskClient, changed: str):
    phone = meadow.amina
    phone.sign_in()
    held = cookie_of(phone)
    provider, session, secret, tag = held.split(".")
    # The first letter of the tag: the last one carries bits that mean nothing.
    other_tag = ("B" if tag[0] == "A" else "A") + tag[1:]
    changed = {
        "tail": ".".join((provider, session, secret, other_tag)),
        "swap": ".".join((provider, session, secret[::-1], tag)),
    }.get(changed, changed)
    assert show(client, changed)[0] == 401
    assert phone.refresh().status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_another_site_cannot_use_the_cookie(meadow: Provider, headers: dict[str, str]):
    phone = meadow.amina
    phone.sign_in()
    held = cookie_of(phone)
    for path in ("/api/session/refresh", "/api/session/sign-out"):
        assert phone.client.post(path, headers=headers).status_code == 403
    assert cookie_of(phone) == held
    assert phone.refresh().status_code == 200


def test_another_site_cannot_sign_somebody_in(meadow: Provider):
    said = {"sign_in_name": "amina@meadow", "password": PASSWORD, **meadow.amina.introduction}
    answer = meadow.amina.client.post(
        "/api/session/sign-in", json=said, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403


def test_a_session_ends_after_two_weeks_without_use_and_after_thirty_days_with(meadow: Provider):
    with time_machine.travel("2026-11-01T09:00:00+00:00", tick=False) as clock:
        idle, busy = meadow.amina, meadow.ben
        idle.sign_in()
        busy.sign_in()
        clock.shift(timedelta(days=13))
        assert busy.refresh().status_code == 200
        clock.shift(timedelta(days=2))
        assert idle.refresh().status_code == 401
        assert busy.refresh().status_code == 200
        clock.shift(timedelta(days=13))
        assert busy.refresh().status_code == 200
        clock.shift(timedelta(days=3))
        assert busy.refresh().status_code == 401


def test_a_phone_is_told_whether_somebody_ended_its_session_or_it_ran_out(meadow: Provider, app: Flask):
    with time_machine.travel("2026-11-01T09:00:00+00:00", tick=False) as clock:
        lost, shut_out, unused = (Phone(app, "amina@meadow") for _ in range(3))
        gone = meadow.ben
        for phone in (lost, shut_out, unused, gone):
            phone.sign_in()
        meadow.carol.post(f"/api/workers/{lost.worker}/devices/{lost.device}/revoke", {})
        unused.post(f"/api/me/devices/{shut_out.device}/sign-out", {})
        meadow.carol.post(f"/api/workers/{gone.worker}/leave", None)
        clock.shift(timedelta(days=15))
        reasons = [phone.refresh().get_json().get("reason") for phone in (lost, shut_out, unused, gone)]
        assert reasons == ["device_revoked", "revoked", None, "left"]


def test_an_access_token_lasts_ten_minutes(meadow: Provider):
    with time_machine.travel("2026-11-01T09:00:00+00:00", tick=False) as clock:
        phone = meadow.amina
        phone.sign_in()
        clock.shift(timedelta(minutes=9))
        assert phone.get("/api/home").status_code == 200
        clock.shift(timedelta(minutes=2))
        assert phone.get("/api/home").status_code == 401
        assert phone.refresh().status_code == 200
        assert phone.get("/api/home").status_code == 200


def test_signing_out_ends_the_session_on_this_phone_alone(meadow: Provider, app: Flask):
    phone, other = meadow.amina, Phone(app, "amina@meadow")
    phone.sign_in()
    other.sign_in()
    answer = phone.client.post("/api/session/sign-out", headers=ORIGIN)
    assert answer.status_code == 204
    assert phone.client.get_cookie(COOKIE) is None
    assert phone.get("/api/home").status_code == 401
    assert other.get("/api/home").status_code == 200


def test_signing_out_twice_is_no_fault(client: FlaskClient):
    assert client.post("/api/session/sign-out", headers=ORIGIN).status_code == 204


def test_only_hashes_of_refresh_tokens_are_kept(app: Flask, meadow: Provider):
    meadow.amina.sign_in()
    secret = cookie_of(meadow.amina).split(".")[2]
    kept = rows(app, meadow, select(WorkerSession.current_hash))
    assert kept != from_b64url(secret)
    assert len(kept) == 32


@pytest.mark.parametrize(
    "key",
    ["", "x", "A" * 87, "BA" + "A" * 85, "!" * 87, None, 7, "A" * 100_000],
)
def test_a_signing_key_that_is_none_is_refused(meadow: Provider, app: Flask, key: Any):
    answer = meadow.amina.sign_in(signing_key=key)
    assert answer.status_code in (413, 422)
    if answer.status_code == 422:
        assert "signing_key" in answer.get_json()["errors"]
    assert rows(app, meadow, select(func.count()).select_from(SigningKey)) == 0
