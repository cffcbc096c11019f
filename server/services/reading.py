"""Reading what is restricted leaves a trace: who was handed a thread, when first and when last.

The trace is shown to those who may read the thread, and to nobody else.
Source: docs/rules/access.md, "Conflict of interest".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from server.domain.audience import of_lead
from server.extensions import db
from server.services.feed import Feed
from server.services.reader import readers_of

#: Whoever wrote a thread knows what is in it, and whoever is no reader of it was handed their own words alone.
_NOTE = text("""
    INSERT INTO thread_read (provider_id, thread_key, worker_id, first_at, last_at)
    SELECT standing.provider_id, standing.thread_key, :worker, :at, :at FROM standing
    JOIN thread_reader AS reader ON reader.provider_id = standing.provider_id
        AND reader.thread_key = standing.thread_key AND reader.worker_id = :worker
    WHERE standing.provider_id = :provider AND standing.restricted AND standing.author_id <> :worker
    AND standing.thread_key IN (
        SELECT thread_key FROM entry WHERE entry.provider_id = :provider AND entry.key = ANY(:keys)
        UNION SELECT unnest(CAST(:keys AS text[])))
    ORDER BY standing.thread_key
    ON CONFLICT (provider_id, thread_key, worker_id) DO UPDATE SET last_at = excluded.last_at
    RETURNING thread_key, first_at = :at AS first
""")


def note(
    provider: UUID, worker: UUID, mine: Collection[str], wanted: Iterable[tuple[str, str]], at: datetime
) -> bool:
    """Note that a worker who has these audiences is handed these things, as far as they are restricted.

    The others who may read a thread are told when somebody reads it for the first time. Answers whether anything
    was noted.
    """
    entries = [key for kind, key in wanted if kind == "entry"]
    # Nobody else is ever handed what is restricted, and most who fetch are somebody else.
    if not entries or of_lead(worker) not in mine:
        return False
    asked = {"provider": provider, "worker": worker, "keys": entries, "at": at}
    rows = db.session.execute(_NOTE, asked).all()
    if not (first := [row.thread_key for row in rows if row.first]):
        return bool(rows)
    feed = Feed(provider)
    for thread_key, readers in readers_of(first).items():
        feed.announce(map(of_lead, readers - {worker}), "standing", thread_key)
    feed.close()
    return True
