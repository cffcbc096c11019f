"""Passwords: changed by their owner, set anew with a manager's code, and never one that strangers try first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask

from server.domain.role import Role
from tests.api.test_second_step import refused_with, set_up
from tests.api.test_writing import hired
from tests.people import ORIGIN, Phone, Provider

NEW = "seven geese on a wet roof"


def code_for(meadow: Provider, name: str, by: str = "carol", **said: str) -> str:
    answer = meadow.phone(by).post(f"/api/workers/{meadow.workers[name]}/password-code", said)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(answer.get_json()["code"])


def set_anew(phone: Phone, code: str, password: str = NEW, **more: Any) -> Any:
    said = {"code": code, "password": password, **phone.introduction, **more}
    answer = phone.client.post("/api/session/password-code", json=said)
    if answer.status_code == 200:
        phone.password = password
        phone.welcomed(answer.get_json())
    return answer


def change(phone: Phone, old: str, new: str) -> Any:
    return phone.put("/api/me/password", {"old": old, "new": new})


def test_a_new_password_ends_every_other_session(app: Flask, meadow: Provider):
    other = Phone(app, "amina@meadow")
    other.sign_in()
    assert change(meadow.amina, meadow.amina.password, NEW).status_code == 204
    assert meadow.amina.get("/api/home").status_code == 200
    assert other.get("/api/home").status_code == 401
    assert other.refresh().status_code == 401
    assert meadow.amina.sign_in().status_code == 401
    meadow.amina.password = NEW
    assert meadow.amina.sign_in().status_code == 200


def test_who_does_not_know_the_old_password_changes_nothing_and_is_slowed_down(meadow: Provider):
    for _ in range(5):
        refused_with(change(meadow.amina, "not the password", NEW), 403, "wrong_password")
    assert change(meadow.amina, "not the password", NEW).status_code == 429
    assert Phone(meadow.app, "amina@meadow").sign_in().status_code == 200


@pytest.mark.parametrize(
    "password",
    [
        "short", "Password1234", "PASSWORD1234", "pass-word-1234", "1q2w3e4r5t6y", "ILoveYou1234",
        "manchester123", "letmein123456", "Amina Yusuf", "amina yusuf 1985", "Meadow Care", "meadowcare2026",
    ],
)  # fmt: skip
def test_a_password_that_strangers_try_first_is_not_taken(meadow: Provider, password: str):
    answer = change(meadow.amina, meadow.amina.password, password)
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["password"]
    assert meadow.amina.sign_in().status_code == 200


@pytest.mark.parametrize("password", [NEW, "geese here", "żółta łódka na stawie", "🦆🦆🦢 pond side 🦆🦢"])
def test_a_long_one_is_taken_whatever_it_is_made_of(meadow: Provider, password: str):
    assert change(meadow.amina, meadow.amina.password, password).status_code == 204


def test_a_forgotten_password_is_set_anew_with_a_code_that_works_once(app: Flask, meadow: Provider):
    other = Phone(app, "amina@meadow")
    other.sign_in()
    code = code_for(meadow, "amina")
    phone = Phone(app, "amina@meadow")
    assert set_anew(phone, code.lower().replace("-", " ")).status_code == 200
    assert phone.get("/api/home").status_code == 200
    assert other.get("/api/home").status_code == 401
    assert phone.sign_in().status_code == 200
    assert set_anew(Phone(app, "amina@meadow"), code).status_code == 410


def test_a_code_ends_after_a_day_and_when_another_is_made(app: Flask, meadow: Provider):
    first = code_for(meadow, "amina")
    second = code_for(meadow, "amina")
    phone = Phone(app, "amina@meadow")
    assert set_anew(phone, first).status_code == 410
    with time_machine.travel(0, tick=False) as clock:
        clock.move_to("2099-01-01T09:00:00+00:00")
        assert set_anew(phone, second).status_code == 410
    assert set_anew(phone, second).status_code == 200


@pytest.mark.parametrize("code", ["x", "00000-00000", "é" * 10, "0" * 40])
def test_what_is_no_code_sets_nothing(app: Flask, meadow: Provider, code: str):
    assert set_anew(Phone(app, "amina@meadow"), code).status_code == 404


def test_a_bad_password_leaves_the_code_for_another_try(app: Flask, meadow: Provider):
    code = code_for(meadow, "amina")
    phone = Phone(app, "amina@meadow")
    assert set_anew(phone, code, "password1234").status_code == 422
    assert set_anew(phone, code).status_code == 200


def test_a_join_code_sets_no_password_and_a_password_code_lets_nobody_join(app: Flask, meadow: Provider):
    code = code_for(meadow, "amina")
    phone = Phone(app, "amina@meadow")
    assert phone.client.post("/api/join/look", json={"code": code}).status_code == 404
    invited = meadow.carol.post(
        "/api/join-codes", {"service": str(meadow.services["north"]), "role": "worker"}
    )
    assert set_anew(phone, invited.get_json()["code"]).status_code == 404


def test_the_worker_is_told_that_somebody_made_a_code(meadow: Provider):
    meadow.amina.fetch()
    code_for(meadow, "amina")
    [notice] = [item for item in meadow.amina.fetch() if item["kind"] == "notice"]
    assert notice["words"].startswith("A code was made with which a new passphrase can be chosen for you.")


def test_the_second_step_stays_needed(app: Flask, meadow: Provider):
    with time_machine.travel("2026-11-24T09:00:00+00:00", tick=False) as clock:
        codes, _ = set_up(meadow.gwen)
        code = code_for(meadow, "gwen")
        clock.shift(timedelta(minutes=2))
        phone = Phone(app, "gwen@meadow")
        assert refused_with(set_anew(phone, code), 401, "second_step")["ways"] == ["code"]
        refused_with(set_anew(phone, code, second_step_code="000000"), 401, "wrong_code")
        assert set_anew(phone, code, second_step_code=codes.now()).status_code == 200


def test_a_second_step_that_was_lost_too_is_removed_when_the_manager_says_so(app: Flask, meadow: Provider):
    set_up(meadow.gwen)
    code = code_for(meadow, "gwen", second_step="remove")
    phone = Phone(app, "gwen@meadow")
    assert set_anew(phone, code).status_code == 200
    assert phone.welcome["second_step"]["set_up"] is False
    assert phone.sign_in().status_code == 200


@pytest.mark.parametrize(
    ("by", "name", "status"),
    [
        ("carol", "amina", 201),
        ("gwen", "amina", 201),
        ("gwen", "carol", 403),
        ("gwen", "esther", 403),
        # What is said about a manager must stay out of that manager's reach.
        ("carol", "esther", 403),
        ("carol", "farah", 403),
        ("farah", "esther", 201),
        ("farah", "carol", 201),
        ("esther", "amina", 403),
        ("carol", "carol", 403),
        ("amina", "ben", 404),
    ],
)
def test_nobody_can_sign_in_as_somebody_who_reads_what_they_may_not(
    meadow: Provider, by: str, name: str, status: int
):
    answer = meadow.phone(by).post(f"/api/workers/{meadow.workers[name]}/password-code", {})
    assert answer.status_code == status


def test_whoever_has_left_gets_no_code_and_cannot_use_one(app: Flask, meadow: Provider):
    code = code_for(meadow, "amina")
    meadow.carol.post(f"/api/workers/{meadow.workers['amina']}/leave", None)
    assert set_anew(Phone(app, "amina@meadow"), code).status_code == 410
    answer = meadow.carol.post(f"/api/workers/{meadow.workers['amina']}/password-code", {})
    assert answer.status_code == 404


def test_whoever_is_gone_does_not_come_back_as_somebody_else(app: Flask, meadow: Provider):
    hired(meadow, "zoe", Role.REGISTERED_MANAGER, "north")
    code = code_for(meadow, "amina", by="zoe")
    assert meadow.carol.post(f"/api/workers/{meadow.workers['zoe']}/leave", None).status_code == 204
    assert set_anew(Phone(app, "amina@meadow"), code).status_code == 410


# Devices of one's own


def test_somebody_sees_where_they_are_signed_in_and_signs_out_there_at_once(app: Flask, meadow: Provider):
    other = Phone(app, "amina@meadow")
    other.sign_in()
    meadow.amina.sign_in()
    shown = {each["id"]: each for each in meadow.amina.get("/api/me/devices").get_json()}
    assert shown.keys() == {other.device, meadow.amina.device}
    assert shown[str(meadow.amina.device)]["this"] is True
    assert shown[str(other.device)]["signed_in"] is True
    assert meadow.amina.post(f"/api/me/devices/{other.device}/sign-out", None).status_code == 204
    assert other.get("/api/home").status_code == 401
    assert other.client.post("/api/session/refresh", headers=ORIGIN).status_code == 401
    [there] = [each for each in meadow.amina.get("/api/me/devices").get_json() if not each["this"]]
    assert there["signed_in"] is False
    assert other.sign_in().status_code == 200


def test_nobody_signs_somebody_else_out(meadow: Provider):
    meadow.ben.sign_in()
    assert meadow.amina.post(f"/api/me/devices/{meadow.ben.device}/sign-out", None).status_code == 404
    assert meadow.ben.get("/api/home").status_code == 200


def test_the_code_app_still_counts_after_a_new_password(meadow: Provider):
    with time_machine.travel("2026-11-24T09:00:00+00:00", tick=False) as clock:
        codes, _ = set_up(meadow.carol)
        assert isinstance(codes, pyotp.TOTP)
        assert change(meadow.carol, meadow.carol.password, NEW).status_code == 204
        meadow.carol.password = NEW
        clock.shift(timedelta(minutes=1))
        refused_with(meadow.carol.sign_in(), 401, "second_step")
        assert meadow.carol.sign_in(code=codes.now()).status_code == 200
