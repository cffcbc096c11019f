"""The matrix of routes: who is let through to each route that speaks of a service, and what home tells whom.

Whoever holds no role in a service is told that there is none; whoever holds one that does not allow it is told so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from server.config import Config
from server.domain.access import Permission
from server.domain.role import Role
from tests.matrix import expected
from tests.matrix.cast import CAST, ELSEWHERE, FOREIGN, HERE, ON_CALL, Actor, Company, here
from tests.matrix.cells import Cells
from tests.matrix.house import house
from tests.people import Phone

#: What is asked of a service, what it takes there, and what the answer is when it is allowed. None: any role will do.
Asked = tuple[Callable[[Phone, UUID], TestResponse], Permission | None, int]
ASKED: dict[str, Asked] = {
    "asks who is on call in": (
        lambda phone, service: phone.get(f"/api/services/{service}/on-call"),
        None,
        200,
    ),
    "asks who is on shift in": (
        lambda phone, service: phone.get(f"/api/services/{service}/shifts"),
        None,
        200,
    ),
    "says who is on shift in": (
        lambda phone, service: phone.put(f"/api/services/{service}/shifts", []),
        Permission.EDIT_ROSTER,
        200,
    ),
    "adds a person to": (
        lambda phone, service: phone.post("/api/people", _person(service)),
        Permission.EDIT_PEOPLE,
        201,
    ),
    "sees the phones of": (
        lambda phone, service: phone.get(f"/api/services/{service}/devices"),
        Permission.SEE_DEVICES,
        200,
    ),
    "invites a worker to": (
        lambda phone, service: phone.post("/api/join-codes", {"service": str(service), "role": "worker"}),
        Permission.INVITE_WORKER,
        201,
    ),
}
#: Roles that only the registered manager may give: docs/rules/access.md, "Invitations".
TRUSTED = {
    Role.REGISTERED_MANAGER,
    Role.DEPUTY_MANAGER,
    Role.SERVICE_MANAGER,
    Role.SAFEGUARDING_LEAD,
    Role.NOMINATED_INDIVIDUAL,
    Role.PROVIDER_REPRESENTATIVE,
    Role.SYSADMIN,
}
#: In which service of the two providers somebody holds their role now.
HOLDS_IN = {HERE: "north", ELSEWHERE: "house", ON_CALL: "house", FOREIGN: "quay"}


def _person(service: UUID) -> dict[str, str]:
    return {"name": "Nell Ray", "known_as": "Nell", "service": str(service)}


@pytest.fixture(scope="module")
def company(copy_of_template: Callable[[], str], config_for: Callable[..., Config]) -> Iterator[Company]:
    """Everybody, in a house of this file's own."""
    with house(copy_of_template(), config_for) as everybody:
        yield everybody


def answer_expected(actor: Actor, where: str, permission: Permission | None, allowed: int) -> int:
    """What somebody is answered who asks something of a service."""
    if HOLDS_IN.get(actor.relation) != where:
        return 404
    may = permission is None or actor.role in expected.PROMISED[permission]
    return allowed if may else 403


def test_every_route_of_a_service_opens_to_just_the_roles_that_the_page_names(company: Company):
    cells = Cells()
    services = {"north": company.north, "a service that does not exist": uuid4()}
    for actor in CAST:
        phone = company.phone(actor)
        for where, service in services.items():
            told = set()
            for what, (ask, permission, allowed) in ASKED.items():
                answer = ask(phone, service)
                wanted = answer_expected(actor, where, permission, allowed)
                cells.compare(f"{actor} {what} {where}", wanted, answer.status_code)
                if answer.status_code == 404:
                    told.add(answer.get_data())
            assert len(told) <= 1, f"{actor} can tell what there is from how they are refused: {told}"
    cells.hold(at_least=1_000)


def test_everybody_who_is_not_signed_in_is_sent_away(company: Company):
    stranger = company.meadow.app.test_client()
    for path in ("on-call", "shifts", "devices"):
        assert stranger.get(f"/api/services/{company.north}/{path}").status_code == 401
    for path in ("people", "join-codes"):
        assert stranger.post(f"/api/{path}", json=_person(company.north)).status_code == 401


def test_nobody_hands_out_a_role_that_they_may_not_give(company: Company):
    cells = Cells()
    for inviter in Role:
        for role in Role:
            asked = {"service": str(company.north), "role": str(role)}
            answer = company.phone(here(inviter)).post("/api/join-codes", asked)
            may = inviter in expected.PROMISED[Permission.INVITE_WORKER]
            may = may and (role not in TRUSTED or inviter is Role.REGISTERED_MANAGER)
            cells.compare(
                f"{here(inviter)} invites somebody as {role}", 201 if may else 403, answer.status_code
            )
    cells.hold(at_least=len(Role) ** 2)


def test_home_tells_everybody_of_just_the_services_people_and_colleagues_of_their_own(company: Company):
    cells = Cells()
    ours = {"north": company.north, "house": company.meadow.services["house"]} | company.riverside.services
    supported = company.meadow.people | company.riverside.people
    lives_in = {"grace": "north", "harold": "north", "kit": "house", "mo": "quay"}
    for actor in CAST:
        at_home = company.phone(actor).home()
        own = HOLDS_IN.get(actor.relation)
        shown = {UUID(service["id"]) for service in at_home["services"]}
        for where, service in ours.items():
            cells.compare(f"{actor} is told of the service {where}", own == where, service in shown)
        people = {UUID(person["id"]) for person in at_home["people"]}
        meets = actor.role in expected.PROMISED[Permission.MEET_PEOPLE]
        for name, person in supported.items():
            cells.compare(f"{actor} meets {name}", meets and lives_in[name] == own, person in people)
        colleagues = {UUID(worker["id"]) for worker in at_home["workers"]}
        for relation in HOLDS_IN:
            other = Actor(Role.WORKER, relation)
            works_with = own is not None and HOLDS_IN[relation] == own
            is_shown = company.id_of(other) in colleagues
            cells.compare(f"{actor} is told of {other} as a colleague", works_with, is_shown)
    cells.hold(at_least=900)
