"""Who may read one thread by name: those a restricted concern is open to, and those who were told of a thread."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from server.domain.audience import of_worker
from server.domain.role import Role
from server.extensions import db
from server.models import Entry, Standing, ThreadReader
from server.services.feed import Feed
from server.services.scope import ProviderFacts

LEADS = {Role.SAFEGUARDING_LEAD, Role.NOMINATED_INDIVIDUAL}


def readers_of(thread_keys: Iterable[str]) -> dict[str, set[UUID]]:
    """The workers who may read each of these threads by name."""
    readers: dict[str, set[UUID]] = {key: set() for key in thread_keys}
    rows = select(ThreadReader.thread_key, ThreadReader.worker_id).where(ThreadReader.thread_key.in_(readers))
    for key, worker in db.session.execute(rows):
        readers[key].add(worker)
    return readers


def leads_for(service: UUID, excluded: frozenset[UUID], facts: ProviderFacts, at: datetime) -> list[UUID]:
    """Who may read a restricted thread: the service's safeguarding lead and nominated individual, but never
    anybody it names. When all of them are named it goes to those of other services, then to the provider's
    representatives, so that it is never read by nobody.
    """
    for roles, where in (
        (LEADS, service),
        (LEADS, None),
        ({Role.PROVIDER_REPRESENTATIVE}, None),
    ):
        leads = [worker for worker in facts.holders(roles, where, at) if worker not in excluded]
        if leads:
            return leads
    return []


def admit(feed: Feed, thread_key: str, workers: Iterable[UUID], at: datetime) -> None:
    """Let workers read a thread from now on, and announce what is in it to those who could not before."""
    for worker in workers:
        added = db.session.execute(
            insert(ThreadReader)
            .values(provider_id=feed.provider, thread_key=thread_key, worker_id=worker, since=at)
            .on_conflict_do_nothing()
            .returning(ThreadReader.worker_id)
        ).first()
        if added:
            _announce_thread(feed, thread_key, worker)


def narrow(feed: Feed, thread_key: str, stay: Collection[UUID], entries: Collection[str]) -> None:
    """Close a thread to every reader but these, and tell the others' phones to forget it."""
    for worker in readers_of([thread_key])[thread_key] - set(stay):
        db.session.execute(
            delete(ThreadReader)
            .where(ThreadReader.thread_key == thread_key, ThreadReader.worker_id == worker)
            .execution_options(synchronize_session=False)
        )
        feed.withdraw(of_worker(worker), thread_key, entries)


def admit_lead(feed: Feed, worker: UUID, services: Iterable[UUID], at: datetime) -> None:
    """Open a service's restricted threads to a lead who has just been given the role, unless they are named."""
    restricted = select(Standing.thread_key, Standing.excluded).where(
        Standing.restricted, Standing.service_id.in_(list(services))
    )
    for thread_key, excluded in db.session.execute(restricted).all():
        if str(worker) not in excluded:
            admit(feed, thread_key, [worker], at)


def _announce_thread(feed: Feed, thread_key: str, worker: UUID) -> None:
    keys = db.session.scalars(select(Entry.key).where(Entry.thread_key == thread_key).order_by(Entry.seq))
    for key in keys:
        feed.announce([of_worker(worker)], "entry", key)
    feed.announce([of_worker(worker)], "standing", thread_key)
