"""Who may read one thread by name: those a restricted concern is open to, and those who were told of a thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from server.domain.audience import of_lead, of_worker
from server.extensions import db
from server.models import Entry, Notice, NoticeDelivery, Standing, ThreadReader
from server.services.feed import Feed
from server.services.scope import ProviderFacts


def readers_of(thread_keys: Iterable[str]) -> dict[str, set[UUID]]:
    """The workers who may read each of these threads by name."""
    readers: dict[str, set[UUID]] = {key: set() for key in thread_keys}
    if not readers:
        return readers
    rows = select(ThreadReader.thread_key, ThreadReader.worker_id).where(ThreadReader.thread_key.in_(readers))
    for key, worker in db.session.execute(rows):
        readers[key].add(worker)
    return readers


def audience_of(reader: UUID, *, restricted: bool) -> str:
    """Where a reader by name is told of a thread: what is restricted only as long as they may be a lead."""
    return of_lead(reader) if restricted else of_worker(reader)


def admit(feed: Feed, thread_key: str, workers: Iterable[UUID], at: datetime, *, restricted: bool) -> None:
    """Let workers read a thread from now on, and announce what is in it to those who could not before."""
    for worker in workers:
        added = db.session.execute(
            insert(ThreadReader)
            .values(provider_id=feed.provider, thread_key=thread_key, worker_id=worker, since=at)
            .on_conflict_do_nothing()
            .returning(ThreadReader.worker_id)
        ).first()
        if added:
            _announce_thread(feed, thread_key, audience_of(worker, restricted=restricted))


def narrow(feed: Feed, thread_key: str, stay: Collection[UUID], entries: Collection[str]) -> None:
    """Close a thread to every reader but these, and tell the others' phones to forget it."""
    for worker in readers_of([thread_key])[thread_key] - set(stay):
        db.session.execute(
            delete(ThreadReader)
            .where(ThreadReader.thread_key == thread_key, ThreadReader.worker_id == worker)
            .execution_options(synchronize_session=False)
        )
        for audience in (of_worker(worker), of_lead(worker)):
            feed.withdraw(audience, thread_key, entries)


def tell_no_more(feed: Feed, thread_key: str, but: Collection[UUID]) -> None:
    """Take back every notice about a thread but those of some, and stop what is on its way to people's devices."""
    about = select(Notice.id, Notice.worker_id).where(
        Notice.thread_key == thread_key, Notice.worker_id.not_in(but)
    )
    notices = db.session.execute(about).all()
    for notice, worker in notices:
        feed.take_back(of_worker(worker), "notice", [str(notice)])
    db.session.execute(
        update(NoticeDelivery)
        .where(
            NoticeDelivery.notice_id.in_([notice for notice, _ in notices]), NoticeDelivery.state == "waiting"
        )
        .values(state="gone")
        .execution_options(synchronize_session=False)
    )


def reconsider(feed: Feed, facts: ProviderFacts, at: datetime) -> None:
    """Look again at who reads each restricted thread, because somebody has just been given a role.

    A new lead reads what is there. Whoever has come under the influence of somebody named reads it no more, and
    where that leaves nobody, those who come next in turn do.
    """
    for standing, readers in restricted():
        key, named = standing.thread_key, [UUID(worker) for worker in standing.excluded]
        conflicted = facts.conflicted(named, at)
        if readers & conflicted:
            entries = list(db.session.scalars(select(Entry.key).where(Entry.thread_key == key)))
            narrow(feed, key, readers - conflicted, entries)
            tell_no_more(feed, key, but=readers - conflicted)
            for worker in readers & conflicted:
                give_back(feed, standing, worker)
        leads = facts.leads_for(standing.service_id, named, standing.author_id, at)
        admit(feed, key, [each for each in leads if each not in readers], at, restricted=True)


def restricted() -> Iterator[tuple[Standing, set[UUID]]]:
    """Every restricted thread, with those who may read it by name: there are more of them every year."""
    readers: dict[str, set[UUID]] = defaultdict(set)
    rows = (
        select(ThreadReader.thread_key, ThreadReader.worker_id)
        .join(Standing, Standing.thread_key == ThreadReader.thread_key)
        .where(Standing.restricted)
    )
    for key, worker in db.session.execute(rows):
        readers[key].add(worker)
    for standing in db.session.scalars(select(Standing).where(Standing.restricted)).all():
        yield standing, readers[standing.thread_key]


def give_back(feed: Feed, standing: Standing, worker: UUID) -> None:
    """Let somebody keep what they wrote themselves in a thread that their phone is told to forget."""
    key = standing.thread_key
    for entry, form, author in db.session.execute(
        select(Entry.key, Entry.form, Entry.author_id).where(Entry.thread_key == key)
    ):
        if worker == author or (worker == standing.author_id and form == standing.form):
            feed.announce([of_worker(worker)], "entry", entry)
    if worker == standing.author_id:
        feed.announce([of_worker(worker)], "standing", key)


def _announce_thread(feed: Feed, thread_key: str, audience: str) -> None:
    keys = db.session.scalars(select(Entry.key).where(Entry.thread_key == thread_key).order_by(Entry.seq))
    # What is in quarantine opens a thread without being an entry, and is fetched under the thread's key.
    for key in dict.fromkeys([thread_key, *keys]):
        feed.announce([audience], "entry", key)
    feed.announce([audience], "standing", thread_key)
