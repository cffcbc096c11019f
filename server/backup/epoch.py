"""Declaring a new epoch: after this phones offer again what they still hold, and cursors begin anew."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from psycopg import Connection

from server.domain.epoch import next_epoch

_PROVIDERS = """
    SELECT provider.id, provider.epoch, head.seq FROM provider JOIN head ON head.provider_id = provider.id
    ORDER BY provider.id
"""


def known_epochs(connection: Connection) -> dict[UUID, int]:
    """The epoch of each provider in a database; none in one that is empty or older than epochs."""
    there = connection.execute("SELECT to_regclass('public.provider') IS NOT NULL").fetchone()
    if not there or not there[0]:
        return {}
    return dict(connection.execute("SELECT id, epoch FROM provider").fetchall())


def declare_new_epoch(
    connection: Connection, backup: UUID | None, at: datetime, above: dict[UUID, int] | None = None
) -> dict[UUID, int]:
    """Begin a new epoch for every provider of a database that came back from a backup, and record that it did.

    `connection` is the owner's, and the caller ends its transaction. `above` holds epochs that were known
    elsewhere, as in the database that is being replaced; the new ones are higher than those too. Answers the new
    epoch of each provider.
    """
    begun: dict[UUID, int] = {}
    for provider, epoch, seq in connection.execute(_PROVIDERS).fetchall():
        begun[provider] = next_epoch(epoch, (above or {}).get(provider, 0), at=at)
        connection.execute("SELECT set_config('heed.provider', %s, true)", [str(provider)])
        connection.execute("UPDATE provider SET epoch = %s WHERE id = %s", [begun[provider], provider])
        connection.execute(
            "INSERT INTO restoration (provider_id, epoch, seq, backup_id, restored_at) VALUES (%s, %s, %s, %s, %s)",
            [provider, begun[provider], seq, backup, at],
        )
    return begun
