"""What a phone keeps at hand: of the services where its worker holds a role, and of no others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from server.domain.role import Role
from server.extensions import db, work_for
from server.models import RoleGrant, Shift, Standing
from tests import factories
from tests.people import PASSWORD, Phone, Provider, b64url


def test_a_worker_has_services_people_colleagues_and_keys_at_hand(meadow: Provider):
    home = meadow.amina.home()
    assert home.keys() == {
        "worker", "provider", "roles", "services", "people", "workers", "shifts", "intake_key", "push_key",
        "passkeys", "left", "calendar_warning", "server_time",
    }  # fmt: skip
    assert [service["name"] for service in home["services"]] == ["Meadow House", "Meadow North"]
    assert {person["known_as"] for person in home["people"]} == {"Grace", "Harold", "Kit"}
    assert "Ben Okafor" in {worker["name"] for worker in home["workers"]}
    assert datetime.fromisoformat(home["server_time"]).tzinfo is not None
    assert len(home["push_key"]) == 87
    assert len(home["intake_key"]["public_key"]) == 87


def only_in(app: Flask, meadow: Provider, service: str, role: Role = Role.WORKER) -> Phone:
    """Somebody who holds a role in one service alone."""
    with app.app_context():
        work_for(meadow.id)
        at = datetime.now(UTC) - timedelta(days=1)
        where = [meadow.services[service]]
        factories.add_worker(meadow.id, "nadia", "Nadia Price", role, where, PASSWORD, at)
        db.session.commit()
    return Phone(app, "nadia@meadow")


def test_a_worker_of_one_house_learns_nothing_of_another(app: Flask, meadow: Provider):
    home = only_in(app, meadow, "house").home()
    assert [service["name"] for service in home["services"]] == ["Meadow House"]
    assert [person["known_as"] for person in home["people"]] == ["Kit"]
    assert all(worker["services"] == [str(meadow.services["house"])] for worker in home["workers"])


def test_whoever_looks_after_accounts_sees_no_people(meadow: Provider):
    home = meadow.jo.home()
    assert home["people"] == []
    assert home["services"]


def test_a_role_that_has_ended_opens_nothing_any_more(app: Flask, meadow: Provider):
    nadia = only_in(app, meadow, "house")
    assert nadia.home()["people"]
    with app.app_context():
        work_for(meadow.id)
        db.session.execute(
            update(RoleGrant).where(RoleGrant.worker_id == nadia.worker).values(until_at=datetime.now(UTC))
        )
        db.session.commit()
    home = nadia.home()
    assert (home["roles"], home["services"], home["people"], home["workers"]) == ([], [], [], [])


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2026-11-24", None),
        ("2035-11-20", "ends on 31 December 2035"),
        ("2036-02-01", "ended on 31 December 2035"),
    ],
)
def test_managers_learn_in_time_that_the_list_of_bank_holidays_ends(
    meadow: Provider, on: str, said: str | None
):
    with time_machine.travel(datetime.fromisoformat(f"{on}T12:00+00:00"), tick=False):
        warnings = [who.home()["calendar_warning"] for who in (meadow.carol, meadow.gwen)]
        assert all(said in words if said else words is None for words in warnings)
        # Who cannot do anything about it is left in peace.
        assert [who.home()["calendar_warning"] for who in (meadow.amina, meadow.hana, meadow.jo)] == [
            None
        ] * 3


def test_home_is_sent_again_only_when_something_changed(meadow: Provider):
    first = meadow.amina.get("/api/home")
    known = {"If-None-Match": first.headers["ETag"]}
    again = meadow.amina.get("/api/home", headers=known)
    assert (again.status_code, again.get_data()) == (304, b"")
    assert first.headers["Cache-Control"] == "no-store"
    person = {"name": "Nell Ray", "known_as": "Nell", "service": str(meadow.services["north"])}
    assert meadow.carol.post("/api/people", person).status_code == 201
    assert meadow.amina.get("/api/home", headers=known).status_code == 200


def test_home_says_who_is_on_call_now_and_not_who_was(app: Flask, meadow: Provider):
    now, north = datetime.now(UTC), meadow.services["north"]
    factories.put_on_call(app, meadow.id, north, meadow.workers["hana"], 1, now)
    factories.put_on_call(app, meadow.id, north, meadow.workers["idris"], 2, now)
    factories.put_on_call(app, meadow.id, north, meadow.workers["ben"], 1, now - timedelta(days=2))
    on_call = {service["name"]: service["on_call"] for service in meadow.amina.home()["services"]}
    assert [(slot["rank"], slot["name"], slot["number"]) for slot in on_call["Meadow North"]] == [
        (1, "Hana Suzuki", "01632 960 011"),
        (2, "Idris Cole", "01632 960 012"),
    ]
    assert on_call["Meadow House"] == []


def test_home_says_whether_an_alert_reaches_whoever_is_on_call(app: Flask, meadow: Provider):
    def reaches() -> dict[str, bool]:
        services = meadow.amina.home()["services"]
        return {service["name"]: service["push_reaches_on_call"] for service in services}

    now, north = datetime.now(UTC), meadow.services["north"]
    factories.put_on_call(app, meadow.id, north, meadow.workers["hana"], 1, now)
    factories.put_on_call(app, meadow.id, north, meadow.workers["idris"], 2, now)
    assert reaches() == {"Meadow House": False, "Meadow North": False}
    # Somebody who is not on call does not help; the second of two who are does.
    subscribe(meadow.ben, "ben")
    assert reaches()["Meadow North"] is False
    subscribe(meadow.phone("idris"), "idris")
    assert reaches() == {"Meadow House": False, "Meadow North": True}
    assert (
        meadow.phone("idris").delete("/api/push-subscriptions", {"endpoint": PUSH + "idris"}).status_code
        == 204
    )
    assert reaches()["Meadow North"] is False


PUSH = "https://fcm.googleapis.com/fcm/send/"


def subscribe(phone: Phone, name: str) -> None:
    keys = {"p256dh": phone.public_key, "auth": b64url(b"sixteen bytes ok")}
    assert phone.post("/api/push-subscriptions", {"endpoint": PUSH + name, "keys": keys}).status_code == 201


def test_home_holds_the_shifts_around_now(app: Flask, meadow: Provider):
    now = datetime.now(UTC)
    with app.app_context():
        work_for(meadow.id)
        for days in (-3, 0, 2, 30):
            db.session.add(
                Shift(
                    provider_id=meadow.id,
                    id=uuid4(),
                    service_id=meadow.services["house"],
                    from_at=now + timedelta(days=days, hours=-4),
                    until_at=now + timedelta(days=days, hours=4),
                    worker_ids=[meadow.workers["amina"]],
                )
            )
        db.session.commit()
    shifts = meadow.amina.home()["shifts"]
    assert len(shifts) == 2
    assert shifts[0]["workers"] == [meadow.amina.worker]
    assert datetime.fromisoformat(shifts[0]["from"]) < now < datetime.fromisoformat(shifts[0]["until"])


def test_home_says_what_somebodys_money_came_to_last(app: Flask, meadow: Provider):
    now = datetime.now(UTC)
    with app.app_context():
        work_for(meadow.id)
        for hours, balance in ((3, 2000), (1, 1265), (2, 1500)):
            db.session.add(receipt(meadow, now - timedelta(hours=hours), balance))
        db.session.commit()
    closings = {person["known_as"]: person["last_closing"] for person in meadow.amina.home()["people"]}
    assert closings == {"Grace": 1265, "Harold": None, "Kit": None}


def receipt(meadow: Provider, at: datetime, balance: int) -> Standing:
    columns = {
        "provider_id": meadow.id,
        "thread_key": f"{uuid4()}.{uuid4()}",
        "form": "transaction-receipt",
        "service_id": meadow.services["north"],
        "person_id": meadow.people["grace"],
        "author_id": meadow.workers["amina"],
        "state": "recorded",
        "severity": None,
        "restricted": False,
        "excluded": [],
        "recorded_at": at,
        "balance": balance,
        "rules_version": 1,
        "document": {},
    }
    return Standing(**{name: value for name, value in columns.items() if hasattr(Standing, name)})


def test_a_shared_tablet_hears_which_of_its_workers_have_left(meadow: Provider):
    tablet = meadow.amina.welcome["device"]["id"]
    meadow.ben.device = tablet
    assert meadow.ben.home()["left"] == []
    assert meadow.carol.post(f"/api/workers/{meadow.workers['amina']}/leave", None).status_code == 204
    assert meadow.ben.home()["left"] == [str(meadow.workers["amina"])]
    assert meadow.carol.home()["left"] == []
