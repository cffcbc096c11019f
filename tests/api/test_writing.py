"""Who may write what where: what somebody may not write there is kept and shown, and does not count."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from server.domain.role import Role
from server.extensions import db, work_for
from server.services.worker import grant
from tests import factories
from tests.answers import concern, handover, receipt, visit_note
from tests.people import PASSWORD, Phone, Provider, Written

NOW = datetime.now(UTC)


def hired(meadow: Provider, own_name: str, role: Role, service: str, until: datetime | None = None) -> Phone:
    """Somebody who holds one role in one service."""
    at = datetime.now(UTC) - timedelta(days=30)
    with meadow.app.app_context():
        work_for(meadow.id)
        services = [meadow.services[service]]
        worker = factories.add_worker(meadow.id, own_name, own_name.capitalize(), role, [], PASSWORD, at)
        grant(worker, role, services, provider=meadow.id, by=None, at=at, until=until)
        db.session.commit()
    meadow.workers[own_name] = worker
    return meadow.phone(own_name)


def write(phone: Phone, meadow: Provider, form: str, service: str = "north", **changes: Any) -> Written:
    grace = meadow.people["grace"]
    answers = {
        "visit-note": lambda: visit_note(grace, **changes),
        "transaction-receipt": lambda: receipt(grace, **changes),
        "handover": lambda: handover(grace, [meadow.workers["ben"]], **changes),
        "concern": lambda: concern(grace, **changes),
    }[form]()
    return phone.write(form, answers, service=meadow.services[service], person=grace)


def effect(phone: Phone, written: Written) -> tuple[str, str | None]:
    (outcome,) = phone.send(written)
    assert outcome["outcome"] == "accepted"
    return outcome["effect"], outcome["reason"]


def standing(phone: Phone, thread: str) -> dict[str, Any]:
    phone.cursor = None
    (found,) = [item for item in phone.fetch() if item["kind"] == "standing" and item["thread"] == thread]
    return found


def counted(phone: Phone, receipt: Written) -> tuple[int, bool]:
    """What the purse should hold after a receipt, and whether a difference was flagged."""
    found = standing(phone, receipt.key)
    return found["balance"], "F3" in {flag["rule"] for flag in found["flags"]}


FORMS = ["visit-note", "transaction-receipt", "handover"]
REFUSED = ("none", "may_not_write")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("role", [Role.NOMINATED_INDIVIDUAL, Role.SYSADMIN, Role.QUALITY_LEAD])
def test_whoever_gives_no_care_writes_nothing_that_counts(meadow: Provider, role: Role, form: str):
    zoe = hired(meadow, "zoe", role, "north")
    assert effect(zoe, write(zoe, meadow, form)) == REFUSED


@pytest.mark.parametrize("form", FORMS)
def test_a_worker_of_one_service_writes_nothing_that_counts_in_another(meadow: Provider, form: str):
    zoe = hired(meadow, "zoe", Role.REGISTERED_MANAGER, "house")
    assert effect(zoe, write(zoe, meadow, form)) == REFUSED
    assert effect(zoe, write(zoe, meadow, form, service="house")) == ("counted", None)


def test_what_is_written_after_a_role_ended_does_not_count(meadow: Provider):
    zoe = hired(meadow, "zoe", Role.WORKER, "north", until=NOW - timedelta(hours=1))
    assert effect(zoe, write(zoe, meadow, "transaction-receipt")) == REFUSED


@pytest.mark.parametrize("role", list(Role))
def test_a_concern_counts_whoever_wrote_it(meadow: Provider, role: Role):
    zoe = hired(meadow, "zoe", role, "house", until=NOW - timedelta(hours=1))
    written = write(zoe, meadow, "concern", danger_now="yes")
    assert effect(zoe, written) == ("counted", None)
    assert standing(meadow.carol, written.key)["severity"] == "red"


def test_a_receipt_that_does_not_count_moves_no_purse_and_tells_nothing_of_it(meadow: Provider):
    first = write(meadow.amina, meadow, "transaction-receipt", start_count=2000, end_count=1265)
    meadow.amina.send(first)
    zoe = hired(meadow, "zoe", Role.WORKER, "house")
    stray = write(zoe, meadow, "transaction-receipt", start_count=1265, end_count=530)
    zoe.send(stray)
    assert standing(zoe, stray.key)["balance"] is None
    assert meadow.amina.home()["people"][0]["last_closing"] == 1265
    after = write(meadow.amina, meadow, "transaction-receipt", start_count=1265, end_count=530)
    meadow.amina.send(after)
    assert counted(meadow.amina, after) == (530, False)


def test_a_receipt_in_one_service_says_nothing_of_a_purse_in_another(meadow: Provider):
    meadow.amina.send(write(meadow.amina, meadow, "transaction-receipt", start_count=2000, end_count=1265))
    zoe = hired(meadow, "zoe", Role.WORKER, "house")
    elsewhere = write(zoe, meadow, "transaction-receipt", service="house", start_count=5000, end_count=4265)
    zoe.send(elsewhere)
    assert counted(zoe, elsewhere) == (4265, False)
    assert {
        each["last_closing"] for each in meadow.amina.home()["people"] if each["name"] == "Grace Adeyemi"
    } == {1265}


def test_a_handover_that_does_not_count_opens_to_nobody_by_name(meadow: Provider):
    zoe = hired(meadow, "zoe", Role.SYSADMIN, "north")
    given = zoe.write(
        "handover", handover(meadow.people["grace"], [meadow.workers["jo"]]), service=meadow.services["north"]
    )
    assert effect(zoe, given) == REFUSED
    assert meadow.jo.fetch() == []
    assert standing(meadow.carol, given.key)["readers"] == []


def test_a_worrying_note_that_does_not_count_is_looked_at_all_the_same(meadow: Provider):
    zoe = hired(meadow, "zoe", Role.WORKER, "house")
    note = write(zoe, meadow, "visit-note", worried="yes", told="nobody_yet", next_step="tell_manager")
    assert effect(zoe, note) == REFUSED
    found = standing(meadow.carol, note.key)
    assert (found["severity"], [each["rule"] for each in found["deadlines"]]) == ("low", ["review"])
    assert UUID(found["service"]) == meadow.services["north"]
