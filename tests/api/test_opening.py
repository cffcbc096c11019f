"""A lead lets a manager in to what was kept from them: they read and decide it, and everybody else as before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask

from server.domain.role import Role
from server.extensions import work_for
from server.jobs.escalate import decide
from server.services import rebuild
from server.services.telling import LET_IN
from tests.answers import concern, managed_inside
from tests.api.test_conflict import names, readers, standing_of
from tests.api.test_restricted import entries, forgotten, jobs, on_a_new_phone, send_concern, threads
from tests.api.test_writing import hired
from tests.people import Phone, Provider, Written

__all__ = ["jobs"]


def kept_from_carol(meadow: Provider) -> Written:
    return send_concern(
        meadow, who_caused="nobody", private_from=[str(meadow.workers["carol"])], safe_now="no"
    )


def let_in(
    meadow: Provider, written: Written, to: str, by: Phone | None = None
) -> tuple[Written, str | None]:
    """Esther opens it to somebody, unless a test says who else. Answers why it does not count, if so."""
    phone = by or meadow.esther
    said = {"to": str(meadow.workers[to]), "reason": "The person who wrote it agrees"}
    opening = phone.write("opening", said, service=meadow.services["north"], about=written.key)
    (outcome,) = phone.send(opening)
    return opening, outcome["reason"]


def nothing_differs(meadow: Provider, app: Flask) -> None:
    with app.app_context():
        work_for(meadow.id)
        assert rebuild.differences(app.extensions["rules"]) == []


def test_the_manager_reads_and_decides_what_a_lead_opened_to_her(meadow: Provider, app: Flask):
    written = kept_from_carol(meadow)
    assert meadow.carol.fetch() == []
    opening, why = let_in(meadow, written, "carol")
    assert why is None
    assert entries(meadow.carol.fetch()) == {written.key, opening.key}
    assert readers(meadow) == {"esther", "farah", "carol"}
    said = managed_inside(meadow.workers["carol"])
    answer = meadow.carol.write("review", said, service=meadow.services["north"], about=written.key)
    assert meadow.carol.send(answer)[0]["effect"] == "counted"
    nothing_differs(meadow, app)


def test_whoever_is_let_in_is_told_once_and_a_correction_that_blames_her_takes_that_back(meadow: Provider):
    written = kept_from_carol(meadow)
    let_in(meadow, written, "carol")
    let_in(meadow, written, "carol", meadow.farah)
    [told] = [item for item in on_a_new_phone(meadow.carol) if item["kind"] == "notice"]
    assert (told["thread"], told["words"]) == (written.key, LET_IN)
    others = {name: threads(on_a_new_phone(meadow.phone(name)), "notice") for name in ("ben", "hana", "gwen")}
    assert others == {"ben": set(), "hana": set(), "gwen": set()}
    send_concern(meadow, replaces=written.key, who_caused="our_staff", who_name="Carol")
    assert on_a_new_phone(meadow.carol) == []


def test_its_writer_sees_to_whom_it_was_opened_and_not_why(meadow: Provider):
    written = kept_from_carol(meadow)
    let_in(meadow, written, "carol")
    stands = standing_of(meadow.amina, written)
    assert names(stands["open_to"]) == ["Carol Hughes", "Esther Bello", "Farah Khan"]
    assert [(each["name"], each["by"]["name"]) for each in stands["opened"]] == [
        ("Carol Hughes", "Esther Bello")
    ]
    assert entries(on_a_new_phone(meadow.amina)) == {written.key}


def test_the_ladder_tells_her_at_her_step_only_once_it_is_open_to_her(meadow: Provider, jobs: Flask):
    closed, opened = kept_from_carol(meadow), kept_from_carol(meadow)
    let_in(meadow, opened, "carol")
    decide(jobs, datetime.now(UTC) + timedelta(minutes=61))
    told = {
        name: threads(on_a_new_phone(meadow.phone(name)), "notice") for name in ("carol", "gwen", "esther")
    }
    assert told == {"carol": {opened.key}, "gwen": set(), "esther": {closed.key, opened.key}}


def test_a_correction_that_blames_her_is_taken_from_her_phone(meadow: Provider, app: Flask):
    written = kept_from_carol(meadow)
    let_in(meadow, written, "carol")
    meadow.carol.fetch()
    send_concern(meadow, replaces=written.key, who_caused="our_staff", who_name="Carol")
    assert meadow.carol.fetch() == [forgotten(written)]
    assert readers(meadow) == {"esther", "farah"}
    nothing_differs(meadow, app)


def test_it_stays_closed_to_whom_it_names_and_to_whoever_asks_for_themselves(meadow: Provider, app: Flask):
    written = send_concern(meadow, who_caused="our_staff", who_name="Carol")
    assert let_in(meadow, written, "carol")[1] == "stays_closed"
    assert let_in(meadow, written, "gwen")[1] == "stays_closed"
    own, why = let_in(meadow, written, "gwen", by=meadow.gwen)
    assert why == "waiting"
    assert entries(on_a_new_phone(meadow.gwen)) == {own.key}
    assert on_a_new_phone(meadow.carol) == []
    nothing_differs(meadow, app)


def test_an_opening_that_comes_before_its_concern_lets_her_in_when_it_comes(meadow: Provider, app: Flask):
    said = {"who_caused": "nobody", "private_from": [str(meadow.workers["carol"])]}
    amina = meadow.amina
    written = amina.write(
        "concern", concern(meadow.people["grace"], **said), service=meadow.services["north"]
    )
    assert let_in(meadow, written, "carol")[1] == "waiting"
    amina.send(written)
    assert readers(meadow) == {"esther", "farah", "carol"}
    nothing_differs(meadow, app)


def end_roles(meadow: Provider, name: str, by: Phone, service: str = "north") -> None:
    path = f"/api/workers/{meadow.workers[name]}"
    for held in by.get(path).get_json()["roles"]:
        if held["service"] == str(meadow.services[service]):
            assert by.post(f"{path}/roles/{held['id']}/end", None).status_code == 204


def test_it_stays_open_to_her_when_somebody_else_s_role_ends(meadow: Provider):
    written = kept_from_carol(meadow)
    let_in(meadow, written, "carol")
    end_roles(meadow, "ben", by=meadow.carol)
    assert readers(meadow) == {"esther", "farah", "carol"}
    assert forgotten(written) not in meadow.carol.fetch()


def test_it_closes_to_her_when_she_manages_there_no_more(meadow: Provider):
    written = kept_from_carol(meadow)
    let_in(meadow, written, "carol")
    assert written.key in threads(meadow.carol.fetch(), "standing")
    zoe = hired(meadow, "zoe", Role.REGISTERED_MANAGER, "north")
    end_roles(meadow, "carol", by=zoe)
    assert readers(meadow) == {"esther", "farah"}
    assert forgotten(written) in meadow.carol.fetch()
    said = managed_inside(meadow.workers["carol"])
    answer = meadow.carol.write("review", said, service=meadow.services["north"], about=written.key)
    (outcome,) = meadow.carol.send(answer)
    assert (outcome["effect"], outcome["reason"]) == ("none", "waiting")
