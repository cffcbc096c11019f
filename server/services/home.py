"""Home: what a phone keeps to work all shift without signal. Services, people, colleagues, rosters, keys."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from server.domain.access import MANAGERS, Permission, may
from server.domain.conflict import answering_to
from server.domain.deadline import LONDON
from server.domain.working_days import Calendar, warning
from server.extensions import db
from server.models import (
    IntakeKey,
    OnCall,
    Person,
    Provider,
    RoleGrant,
    Service,
    Shift,
    SigningKey,
    Standing,
    Worker,
)
from server.services import passkey, push_subscription
from server.services.scope import ProviderFacts
from server.services.worker import held_at, roles_of

#: Shifts that matter to somebody on shift: the last ones, and those of the coming week.
BEFORE, AFTER = timedelta(hours=36), timedelta(days=7)


def home(
    worker: UUID, device: UUID, provider: UUID, push_key: bytes, calendar: Calendar, at: datetime
) -> dict[str, Any]:
    """Everything that a worker's roles let them have at hand on a device, of services where they hold one."""
    me = db.session.get_one(Worker, (provider, worker))
    organisation = db.session.get_one(Provider, provider)
    roles = roles_of(worker, at)
    return {
        "worker": {"id": me.id, "name": me.name, "sign_in_name": f"{me.sign_in_name}@{organisation.handle}"},
        "provider": {"id": organisation.id, "name": organisation.name, "demo": organisation.demo},
        "roles": [
            {"role": role, "service": service} for service in sorted(roles) for role in sorted(roles[service])
        ],
        "services": _services(roles, at),
        "people": _people(roles),
        "workers": _workers(roles, at),
        "shifts": _shifts(roles, at),
        "intake_key": _intake_key(),
        "push_key": _b64url(push_key),
        "passkeys": [_b64url(each.credential_id) for each in passkey.of_worker(worker)],
        "left": _left(device),
        "calendar_warning": _calendar_warning(roles, calendar, at),
    }


def _left(device: UUID) -> list[UUID]:
    """Who used this device and has left: nobody else tells a shared tablet to close what it keeps for them."""
    left = (
        select(SigningKey.worker_id)
        .join(Worker, (Worker.provider_id == SigningKey.provider_id) & (Worker.id == SigningKey.worker_id))
        .where(SigningKey.device_id == device, Worker.left_at.is_not(None))
    )
    return sorted(set(db.session.scalars(left)))


def _calendar_warning(roles: Mapping[UUID, Collection[str]], calendar: Calendar, at: datetime) -> str | None:
    """That the list of bank holidays runs out, for those who manage a service: others can do nothing about it."""
    if not any(may(Permission.INVITE_WORKER, held) for held in roles.values()):
        return None
    return warning(calendar, at.astimezone(LONDON).date())


def _services(roles: Mapping[UUID, Collection[str]], at: datetime) -> list[dict[str, Any]]:
    on_call: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    slots = (
        select(OnCall, Worker.name)
        .join(Worker, (Worker.provider_id == OnCall.provider_id) & (Worker.id == OnCall.worker_id))
        .where(OnCall.service_id.in_(roles), OnCall.from_at <= at, OnCall.until_at > at)
        .order_by(OnCall.rank)
    )
    for slot, name in db.session.execute(slots):
        on_call[slot.service_id].append(
            {"rank": slot.rank, "worker": slot.worker_id, "name": name, "number": slot.number}
        )
    facts = ProviderFacts()
    over = answering_to(facts.held(at))
    told = push_subscription.told(slot["worker"] for slots in on_call.values() for slot in slots)
    services = select(Service).where(Service.id.in_(roles)).order_by(Service.name, Service.id)
    return [
        {
            "id": service.id,
            "name": service.name,
            "kind": service.kind,
            "division": service.division,
            "office_number": service.office_number,
            "on_call": on_call[service.id],
            "on_call_number": service.on_call_number,
            "push_reaches_on_call": any(slot["worker"] in told for slot in on_call[service.id]),
            "council_number": service.council_number,
            "managers": sorted(facts.holders(MANAGERS, service.id, at)),
            "leads": _leads(facts, service.id, over, at),
        }
        for service in db.session.scalars(services)
    ]


def _leads(
    facts: ProviderFacts, service: UUID, over: Mapping[UUID, Collection[UUID]], at: datetime
) -> list[list[dict[str, Any]]]:
    """Who would read a restricted concern, in turn, each with those who have power over them.

    It says who holds which office and nothing of what anybody wrote. With it a phone can tell without signal that
    nobody inside is left to read what somebody has just written.
    """
    return [
        [{"worker": worker, "under": sorted(over.get(worker, ()))} for worker in sorted(set(holders))]
        for holders in facts.leads_in_turn(service, at)
    ]


def _people(roles: Mapping[UUID, Collection[str]]) -> list[dict[str, Any]]:
    where = [service for service, held in roles.items() if may(Permission.MEET_PEOPLE, held)]
    people = db.session.scalars(
        select(Person)
        .where(Person.service_id.in_(where), Person.left_at.is_(None))
        .order_by(Person.name, Person.id)
    ).all()
    balances = _last_closings({person.id: person.service_id for person in people})
    return [
        {
            "id": person.id,
            "name": person.name,
            "known_as": person.known_as,
            "service": person.service_id,
            "money_rule": person.money_rule,
            "money_limit": person.money_limit,
            "last_closing": balances.get(person.id),
        }
        for person in people
    ]


def _last_closings(service_of: Mapping[UUID, UUID]) -> dict[UUID, int | None]:
    """What each person's money came to after the last receipt, as the rules reckon it."""
    last = (
        select(Standing.person_id, Standing.balance)
        .where(
            tuple_(Standing.person_id, Standing.service_id).in_(list(service_of.items())),
            Standing.form == "transaction-receipt",
            Standing.balance.is_not(None),
        )
        .ext(distinct_on(Standing.person_id))
        .order_by(Standing.person_id, Standing.recorded_at.desc(), Standing.thread_key.desc())
    )
    return {person: balance for person, balance in db.session.execute(last) if person}


def _workers(roles: Mapping[UUID, Collection[str]], at: datetime) -> list[dict[str, Any]]:
    services: dict[UUID, set[UUID]] = defaultdict(set)
    names: dict[UUID, str] = {}
    colleagues = (
        select(Worker.id, Worker.name, RoleGrant.service_id)
        .join(RoleGrant, (RoleGrant.provider_id == Worker.provider_id) & (RoleGrant.worker_id == Worker.id))
        .where(
            RoleGrant.service_id.in_(roles), held_at(at), or_(Worker.left_at.is_(None), Worker.left_at > at)
        )
    )
    for worker, name, service in db.session.execute(colleagues):
        names[worker] = name
        services[worker].add(service)
    return [
        {"id": worker, "name": names[worker], "services": sorted(services[worker])}
        for worker in sorted(names, key=lambda each: (names[each].casefold(), each))
    ]


def _shifts(roles: Mapping[UUID, Collection[str]], at: datetime) -> list[dict[str, Any]]:
    around_now = (
        select(Shift)
        .where(Shift.service_id.in_(roles), Shift.until_at > at - BEFORE, Shift.from_at < at + AFTER)
        .order_by(Shift.from_at, Shift.id)
    )
    return [
        {
            "id": shift.id,
            "service": shift.service_id,
            "from": shift.from_at,
            "until": shift.until_at,
            "workers": shift.worker_ids,
        }
        for shift in db.session.scalars(around_now)
    ]


def _intake_key() -> dict[str, Any]:
    key = db.session.scalars(
        select(IntakeKey).where(IntakeKey.retired_at.is_(None)).order_by(IntakeKey.made_at.desc()).limit(1)
    ).one()
    return {"id": key.id, "public_key": _b64url(key.public_key)}


def _b64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
