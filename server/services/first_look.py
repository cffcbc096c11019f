"""What a phone needs first: a new phone shows this at once, and fetches the rest after it.

It stands beside the road on which everything is fetched in order. A cursor does not move by it, so nothing can be
skipped; the phone lets go again of what the road does not bring.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from server.domain.audience import audiences
from server.extensions import db
from server.services import reading
from server.services.fetch import items_of
from server.services.stand import Stand

#: What changed last, and threads that still wait for somebody. Two pages of a phone's screen many times over.
NEWEST, OPEN = 300, 200

_NEWEST = text("""
    SELECT kind, key, max(seq) AS seq FROM (
        SELECT newest.kind, newest.key, newest.seq FROM unnest(CAST(:audiences AS text[])) AS mine (audience)
        CROSS JOIN LATERAL (
            SELECT kind, key, seq FROM feed
            WHERE provider_id = :provider AND audience = mine.audience AND kind <> 'forget'
            ORDER BY seq DESC LIMIT :most) AS newest
    ) AS each GROUP BY kind, key ORDER BY seq DESC LIMIT :most
""")
_OPEN = text("""
    SELECT feed.kind, feed.key FROM (
        SELECT DISTINCT deadline.thread_key, min(deadline.due_at) AS due FROM deadline
        JOIN feed ON feed.provider_id = deadline.provider_id AND feed.kind = 'standing'
        AND feed.key = deadline.thread_key AND feed.audience = ANY(:audiences)
        WHERE deadline.provider_id = :provider AND deadline.stop_at IS NULL
        GROUP BY deadline.thread_key ORDER BY due LIMIT :most
    ) AS waiting
    JOIN entry ON entry.provider_id = :provider AND entry.thread_key = waiting.thread_key
    JOIN feed ON feed.provider_id = :provider AND feed.audience = ANY(:audiences)
    AND ((feed.kind = 'standing' AND feed.key = waiting.thread_key) OR (feed.kind = 'entry' AND feed.key = entry.key))
""")


def first_look(worker: UUID, provider: UUID, stand: Stand, at: datetime) -> list[str]:
    """What waits for somebody and what changed last, of all that this worker may read; each as JSON."""
    mine = audiences(worker, stand.roles)
    asked = {"provider": provider, "audiences": mine}
    waiting = db.session.execute(_OPEN, {**asked, "most": OPEN}).all()
    newest = db.session.execute(_NEWEST, {**asked, "most": NEWEST}).all()
    wanted = dict.fromkeys([(row.kind, row.key) for row in (*waiting, *newest)])
    reading.note(provider, worker, mine, list(wanted), at)
    return items_of(list(wanted), worker, provider)
