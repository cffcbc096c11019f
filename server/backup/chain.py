"""Whether a database that came back is what the manifest says: rows counted, chains walked to their heads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from uuid import UUID

from psycopg import Connection, IsolationLevel

from server.backup.manifest import Manifest, Reached
from server.backup.snapshot import become_backup, connected, count_rows, reached
from server.backup.trouble import BackupTrouble

_LINKS = """
    SELECT seq, previous_hash, content_hash, sha256(body) = content_hash FROM entry
    WHERE provider_id = %s ORDER BY seq
"""
_BEGIN = bytes(32)


def check_restored(url: str, manifest: Manifest) -> int:
    """Count every table and walk every provider's chain. Answers how many entries were read.

    Raises BackupTrouble for the first thing that is not as the manifest says.
    """
    with connected(url) as connection, connection.transaction():
        become_backup(connection)
        counted = count_rows(connection)
        for table, count in manifest.tables.items():
            if counted.get(table) != count:
                raise BackupTrouble(
                    f"{table} came back with {counted.get(table, 0)} rows instead of {count}."
                )
        came_back = {each.provider: each for each in reached(connection)}
        for provider in manifest.providers:
            if came_back.get(provider.provider) != provider:
                raise BackupTrouble(
                    f"The provider {provider.provider} did not come back as the manifest says."
                )
        return sum(_walk(connection, provider) for provider in manifest.providers)


def check_chains(url: str) -> int:
    """Walk every provider's chain in the database that serves. Answers how many entries were read.

    A backup of entries that somebody changed would be whole and worth nothing, and nobody would know before the
    day it is needed. Raises BackupTrouble.
    """
    with connected(url) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            become_backup(connection)
            return sum(_walk(connection, provider) for provider in reached(connection))


def _walk(connection: Connection, provider: Reached) -> int:
    """Follow one provider's chain from its beginning to its head; answers how many entries it has."""
    link, count = _BEGIN, 0
    for seq, previous, content, is_its_own in _links(connection, provider.provider):
        if previous != link or not is_its_own:
            raise BackupTrouble(f"The chain of provider {provider.provider} is broken at entry {seq}.")
        link, count = hashlib.sha256(link + content).digest(), count + 1
    if link.hex() != provider.chain_hash:
        raise BackupTrouble(f"The chain of provider {provider.provider} does not end where its head says.")
    return count


def _links(connection: Connection, provider: UUID) -> Iterator[tuple[int, bytes, bytes, bool]]:
    with connection.cursor(f"chain_{provider.hex}") as cursor:
        cursor.itersize = 5000
        cursor.execute(_LINKS, [provider])
        yield from cursor
