"""Conflicts of interest: who reads, decides and is told when a concern names somebody, and who never does."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from server.domain.role import Role
from server.jobs.escalate import decide
from tests.answers import concern, managed_inside
from tests.api.test_restricted import (
    ABOUT_STAFF,
    end_roles,
    entries,
    forgotten,
    give_role,
    jobs,
    on_a_new_phone,
    send_concern,
    threads,
)
from tests.people import Phone, Provider, Written
from tests.worlds import picture

__all__ = ["jobs"]

EVERYBODY = ("amina", "ben", "carol", "esther", "farah", "gwen", "hana", "idris", "jo")


def readers(meadow: Provider) -> set[str]:
    """Who of the cast but the writer can fetch anything at all."""
    return {name for name in EVERYBODY if name != "amina" and entries(on_a_new_phone(meadow.phone(name)))}


@pytest.mark.parametrize(
    ("changes", "open_to"),
    [
        ({"who_caused": "our_staff"}, {"esther", "farah"}),
        ({"who_caused": "our_staff", "who_name": "Ben"}, {"esther", "farah"}),
        ({"who_caused": "a_manager"}, {"esther", "farah"}),
        ({"who_caused": "a_manager", "who_name": "Carol"}, {"esther", "farah"}),
        ({"who_caused": "our_staff", "who_name": "Esther"}, {"farah"}),
        ({"who_caused": "our_staff", "who_name": "Farah"}, {"esther"}),
        ({"who_caused": "not_sure", "who_name": "Hana"}, {"esther", "farah"}),
        ({"who_caused": "nobody", "private_from": ["carol"]}, {"esther", "farah"}),
        ({"who_caused": "nobody", "private_from": ["esther"]}, {"farah"}),
    ],
)
def test_who_reads_and_who_is_told(meadow: Provider, jobs: Flask, changes: dict, open_to: set[str]):
    if "private_from" in changes:
        changes = changes | {"private_from": [str(meadow.workers[name]) for name in changes["private_from"]]}
    written = send_concern(meadow, **changes, safe_now="no")
    assert decide(jobs, datetime.now(UTC) + timedelta(minutes=31)) == 4
    assert readers(meadow) == open_to
    told = {
        name for name in EVERYBODY if written.key in threads(on_a_new_phone(meadow.phone(name)), "notice")
    }
    assert told == open_to


def test_a_lead_who_is_also_the_deputy_does_not_look_into_her_manager(meadow: Provider):
    give_role(meadow, "esther", Role.DEPUTY_MANAGER)
    written = send_concern(meadow, **ABOUT_STAFF, who_name="Carol")
    assert readers(meadow) == {"farah"}
    said = managed_inside(meadow.workers["farah"])
    answer = meadow.esther.write("review", said, service=meadow.services["north"], about=written.key)
    assert meadow.esther.send(answer)[0]["reason"] == "waiting"


def test_a_lead_who_becomes_deputy_of_the_one_it_names_reads_it_no_more(meadow: Provider):
    written = send_concern(meadow, **ABOUT_STAFF, who_name="Carol")
    assert entries(meadow.esther.fetch()) == {written.key}
    give_role(meadow, "esther", Role.DEPUTY_MANAGER)
    assert meadow.esther.fetch() == [forgotten(written)]
    assert readers(meadow) == {"farah"}


def test_a_worker_whom_it_names_and_who_becomes_a_manager_has_power_from_then_on(meadow: Provider):
    give_role(meadow, "farah", Role.TEAM_LEADER)
    written = send_concern(meadow, **ABOUT_STAFF, who_name="Ben")
    assert entries(meadow.farah.fetch()) == {written.key}
    give_role(meadow, "ben", Role.REGISTERED_MANAGER)
    assert meadow.farah.fetch() == [forgotten(written)]
    assert readers(meadow) == {"esther"}


def test_when_the_last_reader_comes_under_influence_the_next_in_turn_reads_it(meadow: Provider):
    end_roles(meadow, "farah")
    give_role(meadow, "jo", Role.PROVIDER_REPRESENTATIVE)
    send_concern(meadow, **ABOUT_STAFF, who_name="Carol")
    assert readers(meadow) == {"esther"}
    give_role(meadow, "esther", Role.DEPUTY_MANAGER)
    assert readers(meadow) == {"jo"}


def test_when_everybody_is_conflicted_nobody_reads_it_and_nobody_is_told(meadow: Provider, jobs: Flask):
    send_concern(meadow, **ABOUT_STAFF, who_name="Esther, Farah, Carol", safe_now="no")
    assert decide(jobs, datetime.now(UTC) + timedelta(minutes=31)) == 4
    assert readers(meadow) == set()
    assert not any(threads(on_a_new_phone(meadow.phone(name)), "notice") for name in EVERYBODY)


def standing_of(phone: Phone, written: Written) -> dict[str, Any]:
    """A thread's standing as a phone that begins anew is told it."""
    return next(
        item for item in on_a_new_phone(phone) if item["kind"] == "standing" and item["thread"] == written.key
    )


def names(people: list[dict[str, Any]]) -> list[str]:
    return [each["name"] for each in people]


def test_reading_leaves_a_trace_that_only_readers_see(meadow: Provider):
    written = send_concern(meadow, **ABOUT_STAFF, who_name="Ben")
    assert standing_of(meadow.amina, written)["read_by"] == []
    meadow.esther.fetch()
    meadow.farah.fetch()
    # Esther learns of Farah without asking again for what she has.
    (told,) = meadow.esther.fetch()
    assert names(told["read_by"]) == ["Esther Bello", "Farah Khan"]
    first = told["read_by"][0]
    assert first["first_at"] <= first["last_at"]
    stands = standing_of(meadow.amina, written)
    assert (names(stands["open_to"]), stands["read_by"]) == (["Esther Bello", "Farah Khan"], [])
    assert on_a_new_phone(meadow.ben) == []


def test_reading_again_moves_only_the_last_time(meadow: Provider):
    written = send_concern(meadow, **ABOUT_STAFF)
    meadow.esther.fetch()
    before = standing_of(meadow.esther, written)["read_by"][0]
    after = standing_of(meadow.esther, written)["read_by"][0]
    assert before["first_at"] == after["first_at"]
    assert before["last_at"] < after["last_at"]


def test_looking_at_a_photo_is_reading_too(meadow: Provider):
    photo = picture()
    said = concern(meadow.people["grace"], **ABOUT_STAFF, photo=[hashlib.sha256(photo).hexdigest()])
    written = meadow.amina.write("concern", said, service=meadow.services["north"], photos=[photo])
    meadow.amina.send(written)
    meadow.amina.send_photo(written, photo)
    path = f"/api/photo/{meadow.amina.device}/{written.id}/{hashlib.sha256(photo).hexdigest()}"
    assert meadow.carol.get(path).status_code == 404
    assert meadow.farah.get(path).status_code == 200
    assert names(standing_of(meadow.esther, written)["read_by"])[:1] == ["Farah Khan"]


def test_what_is_open_to_many_leaves_no_trace(meadow: Provider):
    written = send_concern(meadow)
    assert "read_by" not in standing_of(meadow.carol, written)


@pytest.mark.parametrize(
    ("who_name", "alone"), [("Ben", False), ("Esther", False), ("Esther, Farah, Carol", True)]
)
def test_the_writer_is_told_when_nobody_inside_is_left(meadow: Provider, who_name: str, alone: bool):
    written = send_concern(meadow, **ABOUT_STAFF, who_name=who_name)
    assert standing_of(meadow.amina, written)["alone"] is alone


def test_a_phone_knows_who_would_read_what_is_restricted(meadow: Provider):
    north = next(
        each for each in meadow.amina.home()["services"] if each["id"] == str(meadow.services["north"])
    )
    by_id = {str(id_): name for name, id_ in meadow.workers.items()}
    turns = [
        {by_id[lead["worker"]]: {by_id[w] for w in lead["under"]} for lead in turn} for turn in north["leads"]
    ]
    assert turns == [
        {"esther": set(), "farah": set()},
        {"esther": set(), "farah": set()},
        {},
        {"carol": {"farah"}},
        {"carol": {"farah"}},
        {"gwen": {"carol", "farah"}},
    ]
    assert {by_id[worker] for worker in north["managers"]} == {"carol", "gwen"}


def test_a_manager_writes_down_the_councils_number_and_a_worker_cannot(meadow: Provider):
    path = f"/api/services/{meadow.services['north']}/council-number"
    assert meadow.carol.put(path, {"number": "01632 960 444"}).status_code == 200
    services = {each["id"]: each for each in meadow.amina.home()["services"]}
    assert services[str(meadow.services["north"])]["council_number"] == "01632 960 444"
    assert services[str(meadow.services["house"])]["council_number"] == ""
    assert meadow.amina.put(path, {"number": "1234"}).status_code == 403
    assert meadow.carol.put(path, {"number": "ring us"}).status_code == 422
    assert meadow.carol.put(path, {"number": ""}).status_code == 200
