"""The first page of an empty Heed makes the provider, once, for whoever holds the set-up code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from server.extensions import db, work_for
from server.models import Directory, Head, IntakeKey
from tests.people import Phone, Provider


def wanted(app: Flask, phone: Phone, **changes: Any) -> dict[str, Any]:
    """What a first manager fills in."""
    return {
        "set_up_code": app.extensions["keys"].set_up_code(),
        "provider": {"name": "Heather Care", "handle": "heather"},
        "services": [
            {
                "name": "Heather West",
                "kind": "homecare",
                "division": "scotland",
                "office_number": "01632 960 101",
                "on_call_number": "01632 960 102",
            },
            {
                "name": "Heather Lodge",
                "kind": "care_home",
                "division": "northern-ireland",
                "office_number": "01632 960 103",
                "on_call_number": "+44 1632 960104",
            },
        ],
        "manager": {"name": "Morag Bell", "sign_in_name": "morag", "password": "kettle on the hob"},
        **phone.introduction,
    } | changes


@pytest.fixture
def morag(app: Flask) -> Phone:
    return Phone(app, "morag@heather", "kettle on the hob")


def set_up(app: Flask, phone: Phone, **changes: Any) -> Any:
    answer = phone.client.post("/api/set-up", json=wanted(app, phone, **changes))
    if answer.status_code == 201:
        phone.welcomed(answer.get_json())
    return answer


def test_an_empty_heed_says_that_it_needs_setting_up(client: FlaskClient):
    assert client.get("/api/set-up").get_json() == {"needed": True, "session": False}


def test_the_first_manager_runs_every_service(app: Flask, morag: Phone):
    assert set_up(app, morag).status_code == 201
    home = morag.home()
    assert home["provider"]["name"] == "Heather Care"
    assert [service["name"] for service in home["services"]] == ["Heather Lodge", "Heather West"]
    assert {role["role"] for role in home["roles"]} == {"registered_manager"}
    assert {role["service"] for role in home["roles"]} == {service["id"] for service in home["services"]}
    assert morag.client.get("/api/set-up").get_json() == {"needed": False, "session": True}
    assert morag.sign_in().status_code == 200


def test_a_new_provider_has_a_head_and_a_key_that_opens_what_is_sealed_to_it(app: Flask, morag: Phone):
    set_up(app, morag)
    provider = morag.welcome["provider"]["id"]
    with app.app_context():
        work_for(UUID(provider))
        head = db.session.scalars(select(Head)).one()
        key = db.session.scalars(select(IntakeKey)).one()
        assert (head.seq, head.chain_hash) == (0, bytes(32))
        assert app.extensions["keys"].intake_private(key.provider_id, key.id)


def test_nobody_sets_up_a_second_time(app: Flask, morag: Phone):
    set_up(app, morag)
    answer = set_up(app, Phone(app, "eve@heather"), provider={"name": "Eve's", "handle": "eve"})
    assert answer.status_code == 409


def test_a_heed_with_a_provider_cannot_be_set_up_at_all(app: Flask, meadow: Provider, morag: Phone):
    assert set_up(app, morag).status_code == 409


@pytest.mark.parametrize("code", ["x", "00000-00000", " ", "é"])
def test_without_the_code_nobody_sets_up(app: Flask, morag: Phone, code: str):
    assert set_up(app, morag, set_up_code=code).status_code == 403
    assert morag.client.get("/api/set-up").get_json() == {"needed": True, "session": False}


def test_the_code_works_once(app: Flask, morag: Phone):
    code = app.extensions["keys"].set_up_code()
    assert set_up(app, morag, set_up_code=code.lower().replace("-", "")).status_code == 201
    assert not app.extensions["keys"].is_set_up_code(code)


SERVICE = {
    "name": "West",
    "kind": "homecare",
    "division": "scotland",
    "office_number": "01632 960 101",
    "on_call_number": "01632 960 102",
}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"provider": {"name": "", "handle": "h"}}, "provider.name"),
        ({"provider": {"name": "H", "handle": "Not A Handle"}}, "handle"),
        ({"provider": {"name": "H", "handle": "h@h"}}, "handle"),
        ({"services": []}, "services"),
        ({"services": [SERVICE, SERVICE]}, "services"),
        ({"services": [SERVICE | {"kind": "castle"}]}, "services.0.kind"),
        ({"services": [SERVICE | {"division": "england"}]}, "services.0.division"),
        ({"services": [SERVICE | {"on_call_number": "ring the bell"}]}, "services.0.on_call_number"),
        ({"services": [SERVICE | {"secret": 1}]}, "services.0.secret"),
        ({"manager": {"name": "M", "sign_in_name": "m", "password": "short"}}, "password"),
        ({"manager": {"name": "M", "sign_in_name": "m", "password": "Password123"}}, "password"),
        ({"manager": {"name": "Morag Bell", "sign_in_name": "m", "password": "morag bell 1"}}, "password"),
        ({"manager": {"name": "M", "sign_in_name": "m m", "password": "kettle on the hob"}}, "sign_in_name"),
        (
            {"manager": {"name": "\u202eM", "sign_in_name": "m", "password": "kettle on the hob"}},
            "manager.name",
        ),
        ({"device": {"id": "x", "name": "phone"}}, "device.id"),
        ({"signing_key": "AAAA"}, "signing_key"),
    ],
)
def test_a_fault_is_named_and_nothing_is_half_made(
    app: Flask, morag: Phone, changes: dict[str, Any], field: str
):
    answer = set_up(app, morag, **changes)
    assert answer.status_code == 422
    assert field in answer.get_json()["errors"]
    assert morag.client.get("/api/set-up").get_json() == {"needed": True, "session": False}
    assert set_up(app, morag).status_code == 201


def test_two_managers_at_once_make_one_provider(app: Flask):
    phones = [Phone(app, f"boss{n}@heather", "kettle on the hob") for n in range(3)]
    said = [
        wanted(app, phone, provider={"name": f"Heather {n}", "handle": f"heather{n}"})
        for n, phone in enumerate(phones)
    ]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda n: phones[n].client.post("/api/set-up", json=said[n]), range(3)))
    assert [answer.status_code for answer in answers].count(201) == 1
    assert {answer.status_code for answer in answers} <= {201, 403, 409}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Directory)) == 1
