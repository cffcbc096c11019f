"""Conflicts of interest: who reads, decides and is told when a concern names somebody, and who never does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from server.domain.role import Role
from tests.answers import managed_inside
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
from tests.people import Provider

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
    from server.jobs.escalate import decide

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
    from server.jobs.escalate import decide

    send_concern(meadow, **ABOUT_STAFF, who_name="Esther, Farah, Carol", safe_now="no")
    assert decide(jobs, datetime.now(UTC) + timedelta(minutes=31)) == 4
    assert readers(meadow) == set()
    assert not any(threads(on_a_new_phone(meadow.phone(name)), "notice") for name in EVERYBODY)
