"""A manager invites, a new worker joins with the code, and the code is used up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from server.domain.role import Role
from server.extensions import db
from server.models import Directory
from tests.api.test_writing import hired
from tests.people import Phone, Provider


def invite(meadow: Provider, by: str = "carol", role: str = "worker", service: str = "north") -> Any:
    return meadow.phone(by).post("/api/join-codes", {"service": str(meadow.services[service]), "role": role})


def code_for(meadow: Provider, **wanted: str) -> str:
    return str(invite(meadow, **wanted).get_json()["code"])


def join(phone: Phone, code: str, **changes: Any) -> Any:
    said = {
        "code": code,
        "name": "Nadia Price",
        "sign_in_name": phone.sign_in_name.partition("@")[0],
        "password": phone.password,
        **phone.introduction,
    } | changes
    answer = phone.client.post("/api/join", json=said)
    if answer.status_code == 201:
        phone.welcomed(answer.get_json())
    return answer


@pytest.fixture
def nadia(app: Flask) -> Phone:
    return Phone(app, "nadia@meadow", "yellow wellies by the door")


def test_a_new_worker_looks_joins_and_works_there(meadow: Provider, nadia: Phone):
    code = code_for(meadow)
    look = nadia.client.post("/api/join/look", json={"code": code})
    assert look.get_json() == {
        "provider": "Meadow Care",
        "handle": "meadow",
        "service": "Meadow North",
        "role": "worker",
    }
    assert join(nadia, code).status_code == 201
    home = nadia.home()
    assert home["roles"] == [{"role": "worker", "service": str(meadow.services["north"])}]
    assert home["worker"]["sign_in_name"] == "nadia@meadow"
    assert nadia.sign_in().status_code == 200
    assert "Nadia Price" in {worker["name"] for worker in meadow.amina.home()["workers"]}


def test_a_code_is_ten_letters_that_nobody_confuses_and_comes_as_a_qr(meadow: Provider):
    made = invite(meadow).get_json()
    assert len(made["code"]) == 11
    assert made["code"][5] == "-"
    assert not set(made["code"]) & set("ILOUilou")
    assert made["url"].endswith(f"/#/join/{made['code']}")
    assert len({len(row) for row in made["qr"]} | {len(made["qr"])}) == 1
    assert set("".join(made["qr"])) == {"0", "1"}


def test_a_code_may_be_typed_carelessly(meadow: Provider, nadia: Phone):
    typed = code_for(meadow).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert join(nadia, typed).status_code == 201


def test_a_code_works_once(app: Flask, meadow: Provider, nadia: Phone):
    code = code_for(meadow)
    join(nadia, code)
    again = join(Phone(app, "omar@meadow", "yellow wellies by the door"), code)
    assert again.status_code == 410
    assert nadia.client.post("/api/join/look", json={"code": code}).status_code == 410


def test_two_phones_at_once_with_one_code_make_one_worker(app: Flask, meadow: Provider):
    code = code_for(meadow)
    phones = [Phone(app, f"new{n}@meadow", "yellow wellies by the door") for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda phone: join(phone, code).status_code, phones))
    assert sorted(statuses) == [201, 410, 410, 410]


def test_a_code_ends_after_seven_days(meadow: Provider, nadia: Phone):
    with time_machine.travel("2026-11-24T09:00:00+00:00", tick=False) as clock:
        code = code_for(meadow)
        clock.shift(timedelta(days=7))
        assert join(nadia, code).status_code == 410


def test_a_fault_in_joining_leaves_the_code_for_another_try(meadow: Provider, nadia: Phone):
    code = code_for(meadow)
    assert join(nadia, code, sign_in_name="amina").status_code == 409
    assert join(nadia, code, password="short").status_code == 422
    assert join(nadia, code, password="Nadia Price").status_code == 422
    assert join(nadia, code).status_code == 201


@pytest.mark.parametrize("code", ["x", "00000-00000", "U" * 10, "é" * 10, "0" * 40])
def test_what_is_no_code_is_not_found(client: FlaskClient, code: str):
    assert client.post("/api/join/look", json={"code": code}).status_code == 404


@pytest.mark.parametrize("role", ["worker", "safeguarding_lead"])
def test_whoever_is_gone_does_not_come_back_by_a_code_of_their_own(
    app: Flask, meadow: Provider, nadia: Phone, role: str
):
    hired(meadow, "zoe", Role.REGISTERED_MANAGER, "north")
    code = code_for(meadow, by="zoe", role=role)
    assert meadow.carol.post(f"/api/workers/{meadow.workers['zoe']}/leave", None).status_code == 204
    assert join(nadia, code).status_code == 410
    assert join(nadia, code_for(meadow, role=role)).status_code == 201


def test_a_code_for_a_role_that_its_maker_may_give_no_more_lets_nobody_in(meadow: Provider, nadia: Phone):
    zoe = hired(meadow, "zoe", Role.REGISTERED_MANAGER, "north")
    lead, carer = code_for(meadow, by="zoe", role="safeguarding_lead"), code_for(meadow, by="zoe")
    path = f"/api/workers/{meadow.workers['zoe']}"
    north = str(meadow.services["north"])
    deputy = {"service": north, "role": "deputy_manager"}
    assert meadow.carol.post(f"{path}/roles", deputy).status_code == 201
    for held in meadow.carol.get(path).get_json()["roles"]:
        if held["role"] == "registered_manager":
            meadow.carol.post(f"{path}/roles/{held['id']}/end", None)
    assert {each["role"] for each in zoe.home()["roles"]} == {"deputy_manager"}
    assert join(nadia, lead).status_code == 410
    assert join(nadia, carer).status_code == 201


def test_a_code_is_kept_only_as_a_mark(app: Flask, meadow: Provider):
    code = code_for(meadow)
    with app.app_context():
        kept = db.session.scalars(select(Directory.name).where(Directory.kind == "join_code")).one()
    assert code.replace("-", "") not in kept.upper()


@pytest.mark.parametrize("who", ["amina", "ben", "esther", "farah", "hana", "idris", "jo"])
def test_who_is_no_manager_invites_nobody(meadow: Provider, who: str):
    assert invite(meadow, by=who).status_code == 403


def test_a_deputy_invites_workers_but_hands_out_no_trusted_role(meadow: Provider):
    assert invite(meadow, by="gwen", role="worker").status_code == 201
    for role in ("registered_manager", "safeguarding_lead", "nominated_individual", "sysadmin"):
        assert invite(meadow, by="gwen", role=role).status_code == 403
        assert invite(meadow, by="carol", role=role).status_code == 201


@pytest.mark.parametrize("role", ["boss", "", "WORKER", None, 7])
def test_a_role_that_there_is_not_is_refused(meadow: Provider, role: Any):
    assert invite(meadow, role=role).status_code == 422


def test_a_new_safeguarding_lead_reads_what_was_restricted_before_they_came(meadow: Provider, nadia: Phone):
    concern = meadow.amina.write("concern", ABOUT_CAROL, service=meadow.services["north"])
    assert meadow.amina.send(concern)[0]["outcome"] == "accepted"
    assert concern.key in keys_of(meadow.esther)
    assert concern.key not in keys_of(meadow.carol) | keys_of(meadow.gwen)
    code = code_for(meadow, role="safeguarding_lead")
    assert join(nadia, code).status_code == 201
    assert concern.key in keys_of(nadia)


ABOUT_CAROL = {
    "danger_now": "no",
    "person": "someone_else",
    "person_name": "Grace",
    "what_happened": "Grace said that Carol shouted at her and took her phone away.",
    "how_known": "person_told_me",
    "observed_at": "2026-11-20T16:55:00+00:00",
    "category": ["psychological"],
    "harm": "a_little",
    "safe_now": "yes",
    "who_caused": "a_manager",
    "who_name": "Carol Hughes",
    "actions": ["stayed_with_them"],
    "told_person": "yes_agree",
    "wishes": "Wants her phone back.",
    "others_at_risk": "no",
    "before": "not_sure",
    "understood": "yes",
}


def keys_of(phone: Phone) -> set[str]:
    return {item["key"] for item in phone.fetch() if item["kind"] == "entry"}
