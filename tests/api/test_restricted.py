"""Who reads a thread when that changes: never whom it names, always somebody, and nobody longer than their role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from server.app import JOBS, create_app
from server.config import Config
from server.domain.role import Role
from server.extensions import db, work_for
from server.jobs.escalate import decide
from server.models import RoleGrant
from server.services.worker import grant
from tests import factories
from tests.answers import concern, handover, managed_inside
from tests.people import PASSWORD, Phone, Provider, Written

ABOUT_STAFF = {"who_caused": "our_staff"}


@pytest.fixture
def jobs(app: Flask, shared_database: str, config_for: Callable[..., Config]) -> Iterator[Flask]:
    """Heed as its jobs process has it."""
    made = create_app(config_for(shared_database), JOBS)
    yield made
    with made.app_context():
        db.engine.dispose()


def send_concern(provider: Provider, phone: Phone | None = None, **changes: Any) -> Written:
    replaces = changes.pop("replaces", None)
    phone = phone or provider.amina
    said = concern(provider.people["grace"], **changes)
    written = phone.write("concern", said, service=provider.services["north"], replaces=replaces)
    (outcome,) = phone.send(written)
    assert outcome["effect"] == "counted", outcome
    return written


def end_roles(provider: Provider, own_name: str) -> None:
    with provider.app.app_context():
        work_for(provider.id)
        mine = update(RoleGrant).where(RoleGrant.worker_id == provider.workers[own_name])
        db.session.execute(mine.values(until_at=datetime.now(UTC) - timedelta(seconds=1)))
        db.session.commit()


def give_role(provider: Provider, own_name: str, role: Role) -> None:
    with provider.app.app_context():
        work_for(provider.id)
        services = list(provider.services.values())
        at = datetime.now(UTC) - timedelta(milliseconds=1)
        grant(provider.workers[own_name], role, services, provider=provider.id, by=None, at=at)
        db.session.commit()


def entries(items: list[dict[str, Any]]) -> set[str]:
    return {item["key"] for item in items if item["kind"] == "entry"}


def threads(items: list[dict[str, Any]], kind: str) -> set[str]:
    return {item["thread"] for item in items if item["kind"] == kind}


def on_a_new_phone(phone: Phone) -> list[dict[str, Any]]:
    phone.cursor, had = None, phone.cursor
    items = phone.fetch()
    phone.cursor = had
    return items


def forgotten(thread: Written) -> dict[str, Any]:
    return {"kind": "forget", "thread": thread.key}


def small_provider(app: Flask) -> Provider:
    """A provider as the first page of Heed makes it: a registered manager, and whoever she invited since."""
    services = (("north", "Brook North", "homecare", "england-and-wales"),)
    workers = (("amina", "Amina Yusuf", Role.WORKER), ("carol", "Carol Hughes", Role.REGISTERED_MANAGER))
    people = (("grace", "Grace Adeyemi", "north"),)
    made = factories.make_provider(app, "brook", "Brook Care", services, people, workers, PASSWORD)
    return Provider(app, handle="brook", **made)


def test_a_correction_that_names_the_lead_takes_the_thread_from_her(meadow: Provider):
    written = send_concern(meadow, **ABOUT_STAFF, who_name="Ben")
    assert entries(meadow.esther.fetch()) == {written.key}
    send_concern(meadow, replaces=written.key, **ABOUT_STAFF, who_name="Ben and Esther")
    assert meadow.esther.fetch() == [forgotten(written)]
    assert len(entries(meadow.farah.fetch())) == 2
    assert on_a_new_phone(meadow.esther) == []


def test_writers_keep_their_own_words_when_a_thread_is_closed_to_their_class(meadow: Provider):
    written = send_concern(meadow, meadow.ben)
    meadow.ben.fetch()
    correction = send_concern(meadow, meadow.ben, replaces=written.key, **ABOUT_STAFF, who_name="Carol")
    items = meadow.ben.fetch()
    assert items[0] == forgotten(written)
    assert entries(items[1:]) == {written.key, correction.key}
    assert threads(items[1:], "standing") == {written.key}


@pytest.mark.parametrize("limit", [1, 500])
def test_a_new_phone_is_told_of_nothing_that_was_closed_before_it_began(meadow: Provider, limit: int):
    written = send_concern(meadow)
    assert entries(meadow.carol.fetch()) == {written.key}
    send_concern(meadow, replaces=written.key, **ABOUT_STAFF, who_name="Carol")
    other = send_concern(meadow)
    new = meadow.gwen.fetch(limit=limit)
    assert entries(new) == {other.key}
    assert not threads(new, "forget")
    assert threads(meadow.carol.fetch(limit=limit), "forget") == {written.key}


@pytest.mark.parametrize("form", ["acknowledgement", "review"])
def test_where_there_is_a_manager_alone_she_reads_and_decides(app: Flask, jobs: Flask, form: str):
    brook = small_provider(app)
    written = send_concern(brook, **ABOUT_STAFF)
    assert decide(jobs, datetime.now(UTC)) > 0
    items = brook.carol.fetch()
    assert entries(items) == {written.key}
    assert threads(items, "notice") == {written.key}
    said = {"how": "self"} if form == "acknowledgement" else managed_inside(brook.workers["carol"])
    answer = brook.carol.write(form, said, service=brook.services["north"], about=written.key)
    assert brook.carol.send(answer)[0]["effect"] == "counted"


def test_a_manager_does_not_decide_what_a_lead_can(meadow: Provider):
    written = send_concern(meadow, **ABOUT_STAFF)
    answer = meadow.carol.write(
        "acknowledgement", {"how": "self"}, service=meadow.services["north"], about=written.key
    )
    assert meadow.carol.send(answer)[0]["reason"] == "waiting"


def test_what_a_lead_writes_is_read_by_somebody_else_too(app: Flask):
    brook = small_provider(app)
    give_role(brook, "amina", Role.SAFEGUARDING_LEAD)
    written = send_concern(brook, **ABOUT_STAFF)
    assert entries(brook.carol.fetch()) == {written.key}


def test_a_role_that_ended_takes_what_it_let_somebody_read_from_their_phone(meadow: Provider):
    written = [send_concern(meadow) for _ in range(3)]
    secret = send_concern(meadow, **ABOUT_STAFF)
    own = send_concern(meadow, meadow.esther)
    assert entries(meadow.esther.fetch()) == {*(each.key for each in written), secret.key, own.key}
    end_roles(meadow, "esther")
    later = send_concern(meadow)
    items = meadow.esther.fetch(limit=2)
    assert threads(items, "forget") == {*(each.key for each in written), secret.key, own.key}
    assert later.key not in threads(items, "forget")
    assert entries(items) == {own.key}
    assert threads(items, "standing") == {own.key}
    assert meadow.esther.fetch() == []
    assert entries(on_a_new_phone(meadow.esther)) == {own.key}


def test_a_role_that_comes_back_brings_everything_back(meadow: Provider):
    written = send_concern(meadow)
    meadow.carol.fetch()
    end_roles(meadow, "carol")
    assert meadow.carol.fetch() == [forgotten(written)]
    give_role(meadow, "carol", Role.REGISTERED_MANAGER)
    assert entries(meadow.carol.fetch()) == {written.key}


def test_a_thread_closed_after_a_role_ended_is_forgotten_too(meadow: Provider):
    written = send_concern(meadow)
    meadow.carol.fetch()
    end_roles(meadow, "carol")
    send_concern(meadow, replaces=written.key, **ABOUT_STAFF, who_name="Carol")
    assert meadow.carol.fetch() == [forgotten(written)]


def test_a_former_lead_is_told_of_no_restricted_thread(meadow: Provider, jobs: Flask):
    send_concern(meadow, **ABOUT_STAFF)
    end_roles(meadow, "esther")
    assert decide(jobs, datetime.now(UTC)) > 0
    assert meadow.esther.fetch() == []
    assert [item["kind"] for item in meadow.farah.fetch()].count("notice") == 1


def test_a_new_lead_reads_what_is_in_quarantine(meadow: Provider):
    meadow.amina.send(
        meadow.amina.write("concern", {"danger_now": "yes", "x": 1}, service=meadow.services["north"])
    )
    give_role(meadow, "gwen", Role.SAFEGUARDING_LEAD)
    (entry,) = [item for item in meadow.gwen.fetch() if item["kind"] == "entry"]
    assert entry["form"] == "quarantine"


def test_whoever_must_read_a_handover_can(meadow: Provider):
    said = handover(meadow.people["grace"], [meadow.workers["ben"]])
    north = meadow.services["north"]
    given = meadow.amina.write("handover", said, service=north)
    meadow.amina.send(given)
    assert meadow.jo.fetch() == []
    for_both = handover(meadow.people["grace"], [meadow.workers["ben"], meadow.workers["jo"]])
    meadow.amina.send(
        corrected := meadow.amina.write("handover", for_both, service=north, replaces=given.key)
    )
    items = meadow.jo.fetch()
    assert entries(items) == {given.key, corrected.key}
    assert threads(items, "standing") == {given.key}


def test_a_cursor_of_somebody_with_forty_services_still_fits_an_address(app: Flask):
    services = tuple((f"s{n}", f"House {n}", "care_home", "scotland") for n in range(40))
    workers = (("farah", "Farah Khan", Role.NOMINATED_INDIVIDUAL),)
    made = factories.make_provider(app, "large", "Large Care", services, (), workers, PASSWORD)
    large = Provider(app, handle="large", **made)
    large.farah.fetch()
    assert large.farah.cursor is not None
    assert len(large.farah.cursor) < 3500
    assert large.farah.fetch() == []


@pytest.mark.parametrize("changes", [ABOUT_STAFF, {"who_caused": "not_sure"}])
def test_somebody_who_joins_does_not_read_what_was_written_about_them_before(
    meadow: Provider, changes: dict[str, str]
):
    named = send_concern(meadow, **changes, who_name="the new one, Olu")
    other = send_concern(meadow)
    said = {"service": str(meadow.services["north"]), "role": "safeguarding_lead"}
    code = meadow.carol.post("/api/join-codes", said).get_json()["code"]
    olu = Phone(meadow.app, "olu@meadow")
    joined = olu.client.post(
        "/api/join",
        json={
            "code": code,
            "name": "Olu Bakare",
            "sign_in_name": "olu",
            "password": PASSWORD,
            **olu.introduction,
        },
    )
    olu.welcomed(joined.get_json())
    items = olu.fetch()
    assert entries(items) == {other.key}
    assert named.key not in threads(items, "standing")
    assert entries(on_a_new_phone(meadow.farah)) == {named.key, other.key}


def test_what_somebody_was_told_of_a_thread_that_names_them_later_is_taken_back(
    meadow: Provider, jobs: Flask
):
    north, now = meadow.services["north"], datetime.now(UTC)
    factories.put_on_call(meadow.app, meadow.id, north, meadow.workers["idris"], 1, now)
    end_roles(meadow, "idris")
    written = send_concern(meadow, safe_now="no")
    assert decide(jobs, now + timedelta(minutes=16)) == 3
    for told in (meadow.idris, meadow.carol, meadow.esther):
        assert threads(told.fetch(), "notice") == {written.key}
    send_concern(meadow, replaces=written.key, **ABOUT_STAFF, who_name="Carol or Idris")
    for told in (meadow.idris, meadow.carol):
        assert forgotten(written) in told.fetch()
        assert on_a_new_phone(told) == []
    assert threads(on_a_new_phone(meadow.esther), "notice") == {written.key}
