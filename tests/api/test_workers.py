"""Managers look after the workers of their services: roles, lost phones, leaving. Nothing written is lost by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from server.domain.role import Role
from server.extensions import db, work_for
from server.models import Quarantine, WorkerSession
from tests.answers import concern, visit_note
from tests.api.test_writing import hired
from tests.people import Phone, Provider, Written


def worker_of(meadow: Provider, name: str, by: str = "carol") -> dict[str, Any]:
    answer = meadow.phone(by).get(f"/api/workers/{meadow.workers[name]}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    shown: dict[str, Any] = answer.get_json()
    return shown


def change(meadow: Provider, by: str, name: str, what: str, said: Any = None) -> Any:
    return meadow.phone(by).post(f"/api/workers/{meadow.workers[name]}/{what}", said)


def note(meadow: Provider, phone: Phone) -> Written:
    return phone.write("visit-note", visit_note(meadow.people["grace"]), service=meadow.services["north"])


def threads(phone: Phone, kind: str) -> set[str]:
    return {item["thread"] for item in phone.fetch() if item["kind"] == kind}


def test_a_manager_sees_a_worker_s_roles_and_devices(meadow: Provider):
    meadow.amina.sign_in()
    shown = worker_of(meadow, "amina")
    assert (shown["name"], shown["sign_in_name"], shown["left_at"]) == ("Amina Yusuf", "amina@meadow", None)
    assert {each["role"] for each in shown["roles"]} == {"worker"}
    [device] = shown["devices"]
    assert device["id"] == meadow.amina.device
    assert device["signed_in"] is True


@pytest.mark.parametrize("who", ["amina", "ben", "hana", "idris", "jo"])
def test_who_looks_after_nobody_finds_nobody(meadow: Provider, who: str):
    assert meadow.phone(who).get(f"/api/workers/{meadow.workers['carol']}").status_code == 404
    for what, said in (("leave", None), ("password-code", {})):
        assert change(meadow, who, "amina", what, said).status_code == 404


def test_a_manager_whose_service_a_worker_has_left_cannot_sign_in_as_them(meadow: Provider):
    zoe = hired(meadow, "zoe", Role.REGISTERED_MANAGER, "house")
    kim = hired(meadow, "kim", Role.WORKER, "house")
    path = f"/api/workers/{meadow.workers['kim']}"
    [held] = zoe.get(path).get_json()["roles"]
    moved = {"service": str(meadow.services["north"]), "role": "worker"}
    assert meadow.carol.post(f"{path}/roles", moved).status_code == 201
    assert zoe.post(f"{path}/roles/{held['id']}/end", None).status_code == 204
    assert zoe.get(path).status_code == 404
    for what, said in (("password-code", {}), ("leave", None), (f"devices/{kim.device}/revoke", None)):
        assert zoe.post(f"{path}/{what}", said).status_code == 404
    assert meadow.carol.get(path).status_code == 200


def test_a_manager_still_looks_after_somebody_whose_last_role_was_there(meadow: Provider):
    hired(meadow, "kim", Role.WORKER, "north", until=datetime.now(UTC) - timedelta(days=1))
    assert change(meadow, "carol", "kim", "leave").status_code == 204


def test_a_manager_of_another_provider_finds_nobody(meadow: Provider, riverside: Provider):
    path = f"/api/workers/{meadow.workers['amina']}"
    assert riverside.rita.get(path).status_code == 404
    assert riverside.rita.post(f"{path}/leave", None).status_code == 404


def test_a_role_is_given_with_an_end(meadow: Provider):
    until = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    said = {"service": str(meadow.services["north"]), "role": "supervisor", "until": until}
    given = change(meadow, "carol", "amina", "roles", said)
    assert given.status_code == 201
    assert given.get_json()["role"] == "supervisor"
    held = {(each["role"], each["service"]) for each in meadow.amina.home()["roles"]}
    assert ("supervisor", str(meadow.services["north"])) in held


def test_a_role_that_begins_later_opens_nothing_before(meadow: Provider):
    later = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    said = {"service": str(meadow.services["north"]), "role": "supervisor", "from": later}
    assert change(meadow, "carol", "amina", "roles", said).status_code == 201
    assert {each["role"] for each in meadow.amina.home()["roles"]} == {"worker"}


@pytest.mark.parametrize(
    ("by", "name", "role", "status"),
    [
        ("gwen", "amina", "supervisor", 201),
        ("gwen", "amina", "safeguarding_lead", 403),
        ("carol", "amina", "safeguarding_lead", 201),
        ("carol", "carol", "safeguarding_lead", 403),
        ("esther", "amina", "supervisor", 403),
    ],
)
def test_nobody_gives_what_they_may_not_give_nor_to_themselves(
    meadow: Provider, by: str, name: str, role: str, status: int
):
    said = {"service": str(meadow.services["north"]), "role": role}
    assert change(meadow, by, name, "roles", said).status_code == status


@pytest.mark.parametrize("days", [(-2, None), (3, 2), (0, -1)])
def test_a_role_cannot_begin_before_now_or_end_before_it_begins(meadow: Provider, days: Any):
    begin, until = days
    now = datetime.now(UTC)
    said = {"service": str(meadow.services["north"]), "role": "supervisor"}
    said["from"] = (now + timedelta(days=begin, seconds=5)).isoformat()
    if until is not None:
        said["until"] = (now + timedelta(days=until)).isoformat()
    assert change(meadow, "carol", "amina", "roles", said).status_code == 422


def test_a_role_that_is_ended_takes_what_it_opened(meadow: Provider):
    said = concern(meadow.people["grace"])
    written = meadow.amina.write("concern", said, service=meadow.services["north"])
    meadow.amina.send(written)
    assert written.key in threads(meadow.ben, "standing")
    for role in worker_of(meadow, "ben")["roles"]:
        assert change(meadow, "carol", "ben", f"roles/{role['id']}/end").status_code == 204
    assert written.key in threads(meadow.ben, "forget")
    assert meadow.ben.home()["roles"] == []


def test_a_lead_whose_role_is_ended_forgets_what_was_restricted_and_the_next_one_reads_it(meadow: Provider):
    said = concern(meadow.people["grace"], who_caused="our_staff", who_name="Ben Okafor")
    written = meadow.amina.write("concern", said, service=meadow.services["north"])
    meadow.amina.send(written)
    assert written.key in threads(meadow.esther, "standing")
    north = str(meadow.services["north"])
    for name in ("farah", "esther"):
        for role in worker_of(meadow, name)["roles"]:
            if role["service"] == north:
                assert change(meadow, "carol", name, f"roles/{role['id']}/end").status_code == 204
    # Esther is still a lead in the other service, and so she is the next in turn and reads it on.
    assert written.key not in threads(meadow.esther, "forget")
    for role in worker_of(meadow, "esther")["roles"]:
        change(meadow, "carol", "esther", f"roles/{role['id']}/end")
    assert written.key in threads(meadow.esther, "forget")


def test_a_lead_of_elsewhere_does_not_keep_what_the_role_here_opened(meadow: Provider):
    said = concern(meadow.people["grace"], who_caused="our_staff", who_name="Ben Okafor")
    written = meadow.amina.write("concern", said, service=meadow.services["north"])
    meadow.amina.send(written)
    meadow.esther.fetch()
    north = str(meadow.services["north"])
    [here] = [role for role in worker_of(meadow, "esther")["roles"] if role["service"] == north]
    assert change(meadow, "carol", "esther", f"roles/{here['id']}/end").status_code == 204
    assert written.key in threads(meadow.esther, "forget")
    assert written.key in threads(meadow.farah, "standing")


def test_a_lost_phone_is_shut_out_at_once_and_what_it_holds_is_kept(app: Flask, meadow: Provider):
    phone = meadow.amina
    written = note(meadow, phone)
    assert phone.get("/api/home").status_code == 200
    device = phone.device
    assert change(meadow, "carol", "amina", f"devices/{device}/revoke").status_code == 204
    assert phone.get("/api/home").status_code == 401
    assert phone.refresh().status_code == 401
    assert worker_of(meadow, "amina")["devices"] == []
    # Anybody's signal carries what is sealed. It is held, and its writer's words are not lost.
    carried = meadow.ben.send(written)
    assert [each["outcome"] for each in carried] == ["quarantined"]
    assert carried[0]["reason"] == "revoked"
    # The worker goes on with another phone, which is another device.
    phone.sign_in()
    assert phone.device != device


def test_a_lost_tablet_is_lost_for_everybody_who_signs_in_on_it(app: Flask, meadow: Provider):
    meadow.amina.sign_in()
    ben = Phone(app, "ben@meadow")
    ben.device = meadow.amina.device
    ben.sign_in()
    change(meadow, "carol", "amina", f"devices/{meadow.amina.device}/revoke")
    assert ben.get("/api/home").status_code == 401


def test_a_device_of_somebody_else_is_not_theirs_to_take_back(meadow: Provider):
    meadow.ben.sign_in()
    path = f"devices/{meadow.ben.device}/revoke"
    assert change(meadow, "carol", "amina", path).status_code == 404
    assert meadow.ben.get("/api/home").status_code == 200


def test_a_leaver_is_shut_out_at_once_and_what_their_phone_holds_is_kept(app: Flask, meadow: Provider):
    phone = meadow.amina
    written = note(meadow, phone)
    assert phone.get("/api/home").status_code == 200
    assert change(meadow, "carol", "amina", "leave").status_code == 204
    assert phone.get("/api/home").status_code == 401
    assert phone.refresh().status_code == 401
    assert phone.sign_in().status_code == 401
    shown = worker_of(meadow, "amina")
    assert shown["left_at"] is not None
    assert all(each["until"] for each in shown["roles"])
    [outcome] = meadow.ben.send(written)
    assert (outcome["outcome"], outcome["reason"]) == ("quarantined", "left")
    with app.app_context():
        work_for(meadow.id)
        assert db.session.scalars(select(Quarantine.author_id)).one() == meadow.workers["amina"]
        assert set(
            db.session.scalars(
                select(WorkerSession.revoked_why).where(WorkerSession.worker_id == meadow.workers["amina"])
            )
        ) == {"left"}
    assert change(meadow, "carol", "amina", "leave").status_code == 204


def test_a_leaver_stands_on_no_roster(meadow: Provider):
    north = meadow.services["north"]
    now = datetime.now(UTC)

    def slot(begin: int, until: int) -> dict[str, str]:
        return {
            "from": (now + timedelta(hours=begin)).isoformat(),
            "until": (now + timedelta(hours=until)).isoformat(),
        }

    rest = {"rank": 1, "worker": str(meadow.workers["idris"]), "number": "01632 960 011"}
    slots = [slot(0, 5) | rest, slot(5, 9) | rest]
    assert meadow.hana.put(f"/api/services/{north}/on-call", slots).status_code == 200
    shift = slot(5, 9) | {"workers": [str(meadow.workers["idris"]), str(meadow.workers["amina"])]}
    assert meadow.hana.put(f"/api/services/{north}/shifts", [shift]).status_code == 200
    assert change(meadow, "carol", "idris", "leave").status_code == 204
    assert [each for each in meadow.hana.home()["services"] if each["on_call"]] == []
    [shown] = meadow.hana.get(f"/api/services/{north}/shifts").get_json()
    assert shown["workers"] == [str(meadow.workers["amina"])]


@pytest.mark.parametrize(
    ("by", "name"), [("gwen", "carol"), ("gwen", "esther"), ("carol", "carol"), ("esther", "amina")]
)
def test_nobody_lets_somebody_leave_who_stands_above_them(meadow: Provider, by: str, name: str):
    assert change(meadow, by, name, "leave").status_code == 403
    assert meadow.phone(name).get("/api/home").status_code == 200


def test_what_changes_a_worker_needs_fresh_proof(meadow: Provider):
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        meadow.carol.sign_in()
        clock.shift(timedelta(minutes=6))
        north = str(meadow.services["north"])
        for what, said in (
            ("roles", {"service": north, "role": "worker"}),
            (f"roles/{north}/end", None),
            (f"devices/{north}/revoke", None),
            ("leave", None),
            ("password-code", {}),
        ):
            assert change(meadow, "carol", "amina", what, said).get_json()["reason"] == "fresh_needed"
        assert worker_of(meadow, "amina")["left_at"] is None
