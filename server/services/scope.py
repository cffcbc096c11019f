"""What the rules ask about the world besides a thread: who held which role and who was on call, when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import select

from server.domain.access import LEADS_IN_TURN, MANAGERS, ON_CALL_MAY, Permission, may
from server.domain.conflict import Held, under_influence
from server.domain.role import Role
from server.domain.standing import Scope
from server.extensions import ask, db
from server.models import OnCall, Person, RoleGrant, Service, Worker

_GRANTS_OF = """
    SELECT worker_id, service_id, role, from_at, until_at FROM role_grant
    WHERE provider_id = %(provider)s AND worker_id = %(worker)s
"""
_ALL_GRANTS = select(
    RoleGrant.worker_id, RoleGrant.service_id, RoleGrant.role, RoleGrant.from_at, RoleGrant.until_at
)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody was given in a service, from a moment and perhaps until another."""

    worker_id: UUID
    service_id: UUID
    role: str
    from_at: datetime
    until_at: datetime | None


@dataclass
class _Moment:
    """What was worked out of one moment, for whoever asks of many threads how it stands just then."""

    at: datetime | None = None
    held: list[Held] | None = None
    turns: dict[UUID, list[list[UUID]]] = field(default_factory=dict)
    conflicted: dict[frozenset[UUID], frozenset[UUID]] = field(default_factory=dict)


class ProviderFacts:
    """A provider's dated facts, each kind loaded once when something first asks for it.

    Of roles and slots, those of one worker are loaded when that is all that anybody asks for: a provider's whole
    history of them grows for ever, and a batch is mostly by one writer.
    """

    def __init__(self) -> None:
        self._grants_of: dict[UUID, list[Grant]] = {}
        self._slots_of: dict[UUID, list[OnCall]] = {}
        self._last = _Moment()

    @cached_property
    def grants(self) -> dict[UUID, list[Grant]]:
        """Every role ever granted, by worker."""
        grants: dict[UUID, list[Grant]] = defaultdict(list)
        for row in db.session.execute(_ALL_GRANTS):
            grants[row.worker_id].append(Grant(*row))
        return grants

    @cached_property
    def on_call_slots(self) -> list[OnCall]:
        """Every slot of the on-call rosters."""
        return list(db.session.scalars(select(OnCall)))

    @cached_property
    def workers(self) -> dict[UUID, Worker]:
        """Everybody who ever joined."""
        return {worker.id: worker for worker in db.session.scalars(select(Worker))}

    @cached_property
    def names(self) -> Mapping[UUID, str]:
        """The name of everybody who ever joined, asked for when somebody must be named."""
        return _Names()

    @cached_property
    def services(self) -> dict[UUID, Service]:
        """The provider's services."""
        return {service.id: service for service in db.session.scalars(select(Service))}

    @cached_property
    def money_limits(self) -> dict[UUID, int | None]:
        """What each person's plan allows to be spent at once."""
        people = db.session.execute(select(Person.id, Person.money_limit))
        return {person.id: person.money_limit for person in people}

    def grants_of(self, worker: UUID) -> list[Grant]:
        """Every role ever granted to a worker."""
        if "grants" in vars(self):
            return self.grants.get(worker, [])
        if worker not in self._grants_of:
            asked = {"provider": db.session().info["provider"], "worker": worker}
            self._grants_of[worker] = [Grant(*row) for row in ask(_GRANTS_OF, asked)]
        return self._grants_of[worker]

    def slots_of(self, worker: UUID) -> list[OnCall]:
        """Every slot of a worker in the on-call rosters."""
        if worker not in self._slots_of:
            theirs = select(OnCall).where(OnCall.worker_id == worker)
            self._slots_of[worker] = list(db.session.scalars(theirs))
        return self._slots_of[worker]

    def roles_at(self, worker: UUID, service: UUID, at: datetime) -> set[str]:
        """The roles that a worker held in a service at a moment."""
        return {
            grant.role
            for grant in self.grants_of(worker)
            if grant.service_id == service
            and grant.from_at <= at
            and (not grant.until_at or at < grant.until_at)
        }

    def roles_now(self, worker: UUID, at: datetime) -> Mapping[UUID, set[str]]:
        """The roles that a worker holds in each service."""
        roles: dict[UUID, set[str]] = defaultdict(set)
        for grant in self.grants_of(worker):
            if grant.from_at <= at and (not grant.until_at or at < grant.until_at):
                roles[grant.service_id].add(grant.role)
        return roles

    def was_on_call(self, worker: UUID, service: UUID, at: datetime) -> bool:
        """Whether a worker was on call for a service at a moment."""
        return any(
            slot.service_id == service and slot.from_at <= at < slot.until_at
            for slot in self.slots_of(worker)
        )

    def is_here(self, worker: UUID, at: datetime) -> bool:
        """Whether a worker had not left at a moment."""
        left_at = self.workers[worker].left_at
        return left_at is None or at < left_at

    def holders(self, roles: set[Role], service: UUID | None, at: datetime) -> list[UUID]:
        """The workers, still here, who hold one of these roles in a service, or anywhere when it is None."""
        return [
            worker
            for worker, grants in self.grants.items()
            if self.is_here(worker, at)
            and any(
                grant.role in roles
                and service in (None, grant.service_id)
                and grant.from_at <= at
                and (not grant.until_at or at < grant.until_at)
                for grant in grants
            )
        ]

    def leads_for(self, service: UUID, excluded: Collection[UUID], author: UUID, at: datetime) -> list[UUID]:
        """Who reads a restricted thread: the safeguarding lead and the nominated individual of its service, but
        never anybody whom it names, nor anybody over whom those have power. When nobody is left but its writer,
        whoever comes next in turn reads it too, so that somebody can decide while there is anybody.
        """
        leads: list[UUID] = []
        conflicted = self.conflicted(excluded, at)
        for found in self.leads_in_turn(service, at):
            leads += [worker for worker in found if worker not in conflicted and worker not in leads]
            if any(worker != author for worker in leads):
                break
        return leads

    def conflicted(self, named: Collection[UUID], at: datetime) -> frozenset[UUID]:
        """Those named, and those whom the named have power over at a moment."""
        if not named:
            return frozenset()
        known, these = self._moment(at).conflicted, frozenset(named)
        if these not in known:
            known[these] = these | under_influence(these, self.held(at))
        return known[these]

    def held(self, at: datetime) -> list[Held]:
        """Every role that somebody holds at a moment."""
        moment = self._moment(at)
        if moment.held is None:
            moment.held = [
                (grant.worker_id, grant.service_id, grant.role)
                for grants in self.grants.values()
                for grant in grants
                if grant.from_at <= at and (not grant.until_at or at < grant.until_at)
            ]
        return moment.held

    def leads_in_turn(self, service: UUID, at: datetime) -> list[list[UUID]]:
        """Who would read what is restricted in a service, in turn, if it named nobody."""
        turns = self._moment(at).turns
        if service not in turns:
            turns[service] = [
                self.holders(roles, service if is_own_service else None, at)
                for roles, is_own_service in LEADS_IN_TURN
            ]
        return turns[service]

    def _moment(self, at: datetime) -> _Moment:
        if self._last.at != at:
            self._last = _Moment(at)
        return self._last

    def scope(self) -> Scope:
        """These facts as the questions that the rules ask."""
        return Scope(
            might=self._might,
            names=self.names,
            division=lambda service: self.services[service].division,
            money_limit=lambda person: self.money_limits.get(person),
            leads=self.leads_for,
            conflicted=self.conflicted,
            managers=lambda service, at: self.holders(MANAGERS, service, at),
        )

    def _might(self, worker: UUID, permission: Permission, service: UUID, at: datetime) -> bool:
        if permission in ON_CALL_MAY and self.was_on_call(worker, service, at):
            return True
        return may(permission, self.roles_at(worker, service, at))


class _Names(Mapping[UUID, str]):
    """Most entries name nobody, and for those no list of the staff need be read."""

    @cached_property
    def _read(self) -> dict[UUID, str]:
        return {row.id: row.name for row in db.session.execute(select(Worker.id, Worker.name))}

    def __getitem__(self, worker: UUID) -> str:
        return self._read[worker]

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)
