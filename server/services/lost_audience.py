"""Forgetting: when a worker loses an audience, because a role ended, their phone forgets what it had of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from server.extensions import db
from server.services.cursor import Reached

#: The threads of an audience that were there when the phone last fetched it, and those taken away since.
_THREADS = text("""
    SELECT DISTINCT had.thread FROM (
        SELECT split_part(key, '@', 1) AS thread FROM feed
        WHERE provider_id = :provider AND audience = :lost
        AND kind IN ('standing', 'forget') AND since <= :may_have AND (kind = 'standing' OR seq > :position)
        UNION ALL
        SELECT entry.thread_key FROM feed
        JOIN entry ON entry.provider_id = feed.provider_id AND entry.key = feed.key
        WHERE feed.provider_id = :provider AND feed.audience = :lost
        AND feed.kind = 'entry' AND feed.since <= :may_have
    ) AS had
    WHERE had.thread > :after ORDER BY had.thread LIMIT :most
""")
#: What of these threads the worker may read all the same.
_STILL = text("""
    SELECT feed.kind, feed.key FROM feed
    WHERE feed.provider_id = :provider AND feed.audience = ANY(:mine) AND (
        (feed.kind = 'standing' AND feed.key = ANY(:threads))
        OR (feed.kind = 'entry' AND feed.key = ANY(:threads))
        OR (feed.kind = 'entry' AND feed.key IN (
            SELECT entry.key FROM entry
            WHERE entry.provider_id = :provider AND entry.thread_key = ANY(:threads))))
    ORDER BY feed.seq
""")


def forgets(
    provider: UUID, reached: Reached, lost: str, mine: Sequence[str], after: str | None, most: int
) -> tuple[list[tuple[str, str]], str | None]:
    """What to tell a phone whose worker lost an audience: threads to forget, then what they may still read of them.

    Answers the place to go on from, None when all of the audience is forgotten.
    """
    asked = {
        "provider": provider,
        "lost": lost,
        "position": reached.position,
        "may_have": reached.may_have,
        "after": after or "",
        "most": most,
    }
    threads = list(db.session.scalars(_THREADS, asked))
    still = db.session.execute(_STILL, {"provider": provider, "mine": list(mine), "threads": threads})
    wanted = dict.fromkeys([*(("forget", key) for key in threads), *((kind, key) for kind, key in still)])
    return list(wanted), threads[-1] if len(threads) == most else None
