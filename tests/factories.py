"""Making what tests need to be there, quickly, and through the same services that make it for real."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from flask import Flask

from server.domain.role import Role
from server.extensions import db, work_for
from server.models import OnCall, Person, Worker
from server.services import provider as providers
from server.services.password import kept_password
from server.services.worker import grant

#: Everybody of the cast has been there for a while.
SINCE = timedelta(days=90)

NewService = tuple[str, str, str, str]
NewPerson = tuple[str, str, str]
NewWorker = tuple[str, str, Role]


def make_provider(
    app: Flask,
    handle: str,
    name: str,
    services: Iterable[NewService],
    people: Iterable[NewPerson],
    workers: Iterable[NewWorker],
    password: str,
) -> dict[str, Any]:
    """A provider with services, people and workers, each worker with their role in every service."""
    at = datetime.now(UTC) - SINCE
    service_ids = {short: uuid4() for short, *_ in services}
    with app.app_context():
        provider = providers.make_provider(
            name=name,
            handle=handle,
            services=[
                providers.NewService(
                    full, kind, division, "01632 960 001", "01632 960 002", service_ids[short]
                )
                for short, full, kind, division in services
            ],
            make_intake=app.extensions["keys"].make_intake,
            at=at,
        )
        made = {
            "id": provider.id,
            "services": service_ids,
            "people": {
                short: _person(provider.id, full, service_ids[where], at) for short, full, where in people
            },
            "workers": {
                own: add_worker(provider.id, own, full, role, service_ids.values(), password, at)
                for own, full, role in workers
            },
        }
        db.session.commit()
    return made


def add_worker(
    provider: UUID,
    own_name: str,
    name: str,
    role: Role,
    services: Iterable[UUID],
    password: str,
    at: datetime,
) -> UUID:
    """Somebody who can sign in.

    Their password is reckoned once for the whole run, since that is slow on purpose.
    """
    worker = Worker(
        provider_id=provider,
        id=uuid4(),
        name=name,
        sign_in_name=own_name,
        password_hash=_kept(password),
        joined_at=at,
    )
    db.session.add(worker)
    db.session.flush()
    grant(worker.id, role, services, provider=provider, by=None, at=at)
    return worker.id


def put_on_call(app: Flask, provider: UUID, service: UUID, worker: UUID, rank: int, at: datetime) -> UUID:
    """Put somebody on call for twelve hours around a moment. Answers the id of the slot."""
    slot = uuid4()
    with app.app_context():
        work_for(provider)
        db.session.add(
            OnCall(
                provider_id=provider,
                id=slot,
                service_id=service,
                worker_id=worker,
                rank=rank,
                number=f"01632 960 01{rank}",
                from_at=at - timedelta(hours=6),
                until_at=at + timedelta(hours=6),
            )
        )
        db.session.commit()
    return slot


def _person(provider: UUID, name: str, service: UUID, at: datetime) -> UUID:
    person = Person(
        provider_id=provider,
        id=uuid4(),
        service_id=service,
        name=name,
        known_as=name.split()[0],
        money_rule="Cash only. Up to £30. Sign together.",
        money_limit=3000,
        made_at=at,
    )
    db.session.add(person)
    return person.id


@cache
def _kept(password: str) -> str:
    return kept_password(password)
