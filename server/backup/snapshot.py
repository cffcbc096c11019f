"""One moment of the database, seen alike by us and by pg_dump: what a manifest says is what the copy holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg import Connection, IsolationLevel, sql

from server.backup.manifest import Reached
from server.backup.programs import BACKUP_ROLE

_TABLES = """
    SELECT format('%I.%I', schemaname, tablename), schemaname, tablename FROM pg_tables
    WHERE schemaname IN ('public', 'queue') ORDER BY 1
"""
_REACHED = """
    SELECT provider.id, provider.epoch, head.seq, encode(head.chain_hash, 'hex'),
           (SELECT max(received_at) FROM entry WHERE entry.provider_id = provider.id)
    FROM provider JOIN head ON head.provider_id = provider.id ORDER BY provider.id
"""


@dataclass(frozen=True)
class Snapshot:
    """What the database held at one moment. `name` lets pg_dump see the same."""

    name: str
    at: datetime
    schema: str
    server_version: str
    tables: Mapping[str, int]
    providers: Sequence[Reached]
    photos: frozenset[str]


@contextmanager
def snapshot(url: str) -> Iterator[Snapshot]:
    """Hold a moment of the database still, for as long as the caller copies it.

    Every commit that changes anything locks the provider's head and moves its number, so what this moment's number
    covers is exactly what the copy holds: a commit that was under way has a higher one.
    """
    with connected(url) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            become_backup(connection)
            name = str(_one(connection, "SELECT pg_export_snapshot()"))
            yield Snapshot(
                name=name,
                at=as_moment(_one(connection, "SELECT now()")),
                schema=str(_one(connection, "SELECT version_num FROM alembic_version")),
                server_version=str(_one(connection, "SHOW server_version")),
                tables=count_rows(connection),
                providers=reached(connection),
                photos=frozenset(f"{provider}/{name[:2]}/{name}" for provider, name in _photos(connection)),
            )


def connected(url: str) -> Connection:
    """A connection of ours to the database, as its owner."""
    return psycopg.connect(url.replace("+psycopg", "", 1), options="-c timezone=UTC -c search_path=public")


def become_backup(connection: Connection) -> None:
    """Read as the role that sees every provider and changes nothing, until the transaction ends."""
    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(BACKUP_ROLE)))


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    counted = {}
    for name, schema, table in connection.execute(_TABLES).fetchall():
        question = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
        [counted[name]] = connection.execute(question).fetchone() or (0,)
    return counted


def reached(connection: Connection) -> list[Reached]:
    """How far each provider's entries go."""
    return [Reached(*row) for row in connection.execute(_REACHED).fetchall()]


def _photos(connection: Connection) -> list[tuple[UUID, str]]:
    return connection.execute("SELECT DISTINCT provider_id, stored_hash FROM photo").fetchall()


def _one(connection: Connection, question: str) -> object:
    row = connection.execute(question).fetchone()
    return row[0] if row else None


def as_moment(value: object) -> datetime:
    """A moment as the database gave it."""
    if not isinstance(value, datetime):
        raise TypeError("the database gave no moment")
    return value
