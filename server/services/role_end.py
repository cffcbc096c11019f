"""When roles end: whoever read restricted threads by a role reads them no more, and somebody else does."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from server.domain.access import MAY_BE_LEAD, Permission, may
from server.extensions import db
from server.models import Entry, RoleGrant, Standing
from server.services import reader
from server.services.feed import Feed
from server.services.scope import ProviderFacts
from server.services.worker import held_at

#: A role that ended by itself is looked at for so long, in case nobody was there to look.
LOOKED_BACK = timedelta(days=7)


def end_roles(provider: UUID, worker: UUID, grants: list[UUID] | None, at: datetime) -> None:
    """End these roles of a worker, or all that they hold or would come to hold when there are none named."""
    which = [RoleGrant.worker_id == worker]
    if grants is not None:
        which.append(RoleGrant.id.in_(grants))
    held = held_at(at) | (RoleGrant.from_at > at)
    db.session.execute(update(RoleGrant).where(*which, held).values(until_at=at))
    close_to_those_without(provider, at)


def close_what_ended(provider: UUID, at: datetime) -> None:
    """Look for roles that ended by themselves lately, and close what they opened."""
    ended = select(RoleGrant.id).where(
        RoleGrant.role.in_([str(role) for role in MAY_BE_LEAD]),
        RoleGrant.until_at > at - LOOKED_BACK,
        RoleGrant.until_at <= at,
    )
    if db.session.scalar(ended.limit(1)):
        close_to_those_without(provider, at)


def close_to_those_without(provider: UUID, at: datetime) -> None:
    """Close each restricted thread to readers whom no role opens it to any more, and open it to who comes next."""
    feed, facts = Feed(provider), ProviderFacts()
    for standing, readers in reader.restricted():
        key = standing.thread_key
        named = [UUID(each) for each in standing.excluded]
        leads = facts.leads_for(standing.service_id, named, standing.author_id, at)
        leads += [each for each in _let_in(standing, facts, named, at) if each not in leads]
        gone = readers - set(leads)
        if gone:
            entries = list(db.session.scalars(select(Entry.key).where(Entry.thread_key == key)))
            reader.narrow(feed, key, leads, entries)
            reader.tell_no_more(feed, key, but=leads)
            for worker in gone:
                reader.give_back(feed, standing, worker)
        reader.admit(feed, key, [each for each in leads if each not in readers], at, restricted=True)
    feed.close()


def _let_in(standing: Standing, facts: ProviderFacts, named: list[UUID], at: datetime) -> list[UUID]:
    """Those to whom its leads opened a thread and who may be let in still."""
    conflicted = facts.conflicted(named, at)
    opened = (UUID(each["id"]) for each in standing.document.get("opened", ()))
    return [
        worker
        for worker in opened
        if worker not in conflicted
        and may(Permission.BE_LET_IN, facts.roles_at(worker, standing.service_id, at))
    ]
