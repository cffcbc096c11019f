"""Workers: adding one, giving them roles, and what they hold at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError

from server.domain import sign_in_name
from server.domain.access import Permission, may
from server.domain.errors import NotAllowed, NotFound, Taken
from server.domain.role import Role
from server.extensions import db
from server.models import Provider, RoleGrant, Worker
from server.services.feed import Feed
from server.services.password import check_new_password, kept_password
from server.services.reader import reconsider
from server.services.scope import ProviderFacts


def add_worker(
    provider: UUID, *, name: str, own_name: str, password: str, at: datetime, known_as: UUID | None = None
) -> Worker:
    """Add somebody who signs in as `own_name`@handle. They hold no role yet.

    Raises BadInput for a name or password that cannot be used, Taken for a name that somebody has.
    """
    own = sign_in_name.own_part(own_name)
    check_new_password(password, own, name, *provider_names(provider))
    if db.session.scalar(select(Worker.id).where(Worker.sign_in_name == own)):
        raise _taken(own)
    worker = Worker(
        provider_id=provider,
        id=known_as or uuid4(),
        name=name.strip(),
        sign_in_name=own,
        password_hash=kept_password(password),
        joined_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(worker)
    except IntegrityError as e:
        raise _taken(own) from e
    return worker


def grant(
    worker: UUID,
    role: Role,
    services: Iterable[UUID],
    *,
    provider: UUID,
    by: UUID | None,
    at: datetime,
    until: datetime | None = None,
) -> list[RoleGrant]:
    """Let a worker hold a role in these services from now, and read what the role lets them read."""
    services = list(services)
    grants = [
        RoleGrant(
            provider_id=provider,
            id=uuid4(),
            worker_id=worker,
            service_id=service,
            role=str(role),
            from_at=at,
            until_at=until,
            granted_by=by,
        )
        for service in services
    ]
    db.session.add_all(grants)
    db.session.flush()
    # Locked before it is asked what is restricted: what comes in meanwhile does not know of this role yet.
    feed = Feed(provider)
    reconsider(feed, ProviderFacts(), at)
    feed.close()
    return grants


def held_at(at: datetime) -> ColumnElement[bool]:
    """A role that is held at a moment: it has begun and not ended."""
    return (RoleGrant.from_at <= at) & or_(RoleGrant.until_at.is_(None), RoleGrant.until_at > at)


def roles_of(worker: UUID, at: datetime) -> dict[UUID, set[str]]:
    """The roles that a worker holds at a moment, by service."""
    roles: dict[UUID, set[str]] = defaultdict(set)
    rows = select(RoleGrant.service_id, RoleGrant.role).where(RoleGrant.worker_id == worker, held_at(at))
    for service, role in db.session.execute(rows):
        roles[service].add(role)
    return roles


def demand(permission: Permission, worker: UUID, service: UUID, at: datetime) -> set[str]:
    """The worker's roles in a service, when they may do this there.

    Raises NotFound when they hold no role there, so that nobody learns what services there are, and
    NotAllowed when their roles do not allow it.
    """
    roles = roles_of(worker, at).get(service)
    if not roles:
        raise NotFound("There is no such service.")
    if not may(permission, roles):
        raise NotAllowed(f"Your role in this service does not let you {permission}.")
    return roles


def signs_in_as(own_name: str) -> Worker:
    """The worker, still here, with this own part of a sign-in name. Raises NotFound when there is none."""
    own = own_name.strip().lower()
    worker = db.session.scalar(select(Worker).where(Worker.sign_in_name == own, Worker.left_at.is_(None)))
    if worker is None:
        raise NotFound(f"Nobody here signs in as {own}.")
    return worker


def provider_names(provider: UUID) -> tuple[str, str]:
    """What the provider is called, which makes no password."""
    row = db.session.get_one(Provider, provider)
    return row.name, row.handle


def _taken(own: str) -> Taken:
    return Taken(f"Somebody already signs in as {own}. Choose another sign-in name.")
