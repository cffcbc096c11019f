"""Bringing everything back from a backup, beside what is there, and putting it in its place only when it is whole.

1. The manifest's signature, every hash, and whether the copy can be decrypted and read through.
2. A new database beside the old one; counts and chain; this version's migrations; a new epoch.
3. Photos that are not there, each checked against its name.
4. The swap: two names change in one commit. The old database stays under another name.

Until the fourth step nothing that is served has changed, so whatever goes wrong leaves it as it was.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from psycopg import Connection, sql
from psycopg.errors import InsufficientPrivilege

from migrations.walls import MAKE_ROLES
from server.backup.chain import check_restored
from server.backup.epoch import declare_new_epoch, known_epochs
from server.backup.manifest import Manifest, Photo
from server.backup.programs import Programs
from server.backup.seal import SUFFIX, Identity
from server.backup.shelf import Shelf
from server.backup.snapshot import connected
from server.backup.take import Say, Source, content_name
from server.backup.trouble import BackupTrouble

#: PostgreSQL's own helpers, which tidy up and leave by themselves, are nobody.
_IN_USE = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
#: A connection that was closed just now is still counted for a moment.
GONE_WITHIN, LOOK_AGAIN = 3.0, 0.1


@dataclass(frozen=True)
class Restored:
    """What came back: how many entries and photos were checked, and where the old database is kept."""

    entries: int
    photos: int
    kept_as: str | None


@dataclass(frozen=True)
class Restoring:
    """One backup on its way back. `migrate` brings a database up to this version of Heed, given its address."""

    target: Source
    shelf: Shelf
    identity: Identity | None
    schemas: frozenset[str]
    migrate: Callable[[str], None]
    say: Say

    def restore(self, manifest: Manifest, at: datetime) -> Restored:
        """Bring a backup back in the place of what is there. Raises BackupTrouble; then nothing has changed."""
        old = _database(self.target.database_url)
        self._demand_nobody_else(old)
        with self._beside(manifest, f"{old}_restored_{_stamp(at)}") as (new, entries):
            self.migrate(new)
            with connected(self.target.database_url) as before:
                above = known_epochs(before)
            with connected(new) as connection:
                declare_new_epoch(connection, manifest.id, at, above)
            self._bring_photos_back(manifest)
            kept_as = f"{old}_before_{_stamp(at)}"
            self._swap(old, _database(new), kept_as)
        return Restored(entries, len(manifest.photos), kept_as)

    def drill(self, manifest: Manifest, at: datetime) -> Restored:
        """Bring a backup back into a database that is thrown away, to know that it can be done."""
        name = f"{_database(self.target.database_url)}_drill_{_stamp(at)}"
        with self._beside(manifest, name) as (new, entries):
            self.migrate(new)
        return Restored(entries, len(manifest.photos), None)

    @contextmanager
    def _beside(self, manifest: Manifest, name: str) -> Iterator[tuple[str, int]]:
        """The database of a backup, checked and brought back under a name of its own. It is dropped at the end,
        unless it has another name by then."""
        if manifest.schema not in self.schemas:
            raise BackupTrouble(
                f"This backup has the schema {manifest.schema}, which this Heed does not know; "
                "bring it back with the newer Heed that made it."
            )
        with tempfile.TemporaryDirectory(prefix="restore-", dir=self.target.room) as aside:
            copy = self._readable_copy(manifest, Path(aside))
            self.say("Reading every photo.")
            for photo in manifest.photos:
                self._photo(photo)
            self.say("Bringing the database back beside the one that is there.")
            new = _with_database(self.target.database_url, name)
            self._make(name)
            try:
                self._programs().bring_in(copy, name)
                yield new, check_restored(new, manifest)
            finally:
                self._drop(name)

    def _readable_copy(self, manifest: Manifest, aside: Path) -> Path:
        """The copy of the database, fetched, compared with its hash, decrypted and read through."""
        self.say("Reading the copy of the database.")
        stored = aside / "database.stored"
        with stored.open("wb") as file:
            for some in self.shelf.checked(manifest.database):
                file.write(some)
        plain = stored
        if manifest.database.path.endswith(SUFFIX):
            plain = aside / "database.dump"
            self._key_for(manifest).open_file(stored, plain)
        self._programs().read_through(plain)
        return plain

    def _photo(self, photo: Photo) -> bytes:
        """A photo as it was, compared with its hash, decrypted, and compared with its name."""
        content = b"".join(self.shelf.checked(photo))
        if photo.path.endswith(SUFFIX):
            if self.identity is None:
                raise BackupTrouble(_BRING_THE_KEY)
            content = self.identity.open(content)
        if hashlib.sha256(content).hexdigest() != content_name(photo.photo):
            raise BackupTrouble(f"{photo.path} is another photo than its name says.")
        return content

    def _key_for(self, manifest: Manifest) -> Identity:
        if self.identity is None:
            raise BackupTrouble(_BRING_THE_KEY)
        if self.identity.recipient != manifest.recipient:
            raise BackupTrouble(
                "This key does not open the backup; bring the secret key that belongs to "
                f"{manifest.recipient}, to whom it was encrypted."
            )
        return self.identity

    def _bring_photos_back(self, manifest: Manifest) -> None:
        there = set(self.target.photos.paths())
        for photo in manifest.photos:
            if photo.photo not in there:
                self.target.photos.bring_back(photo.photo, self._photo(photo))

    def _programs(self) -> Programs:
        with connected(self.target.database_url) as connection:
            return Programs.fitting(
                self.target.database_url.replace("+psycopg", "", 1), connection.info.server_version // 10000
            )

    def _demand_nobody_else(self, name: str) -> None:
        until = time.monotonic() + GONE_WITHIN
        while others := self._others(name):
            if time.monotonic() > until:
                raise BackupTrouble(
                    f"{others} other connections use the database {name}; stop Heed on every machine, then restore."
                )
            time.sleep(LOOK_AGAIN)

    def _others(self, name: str) -> int:
        # Each time with a new connection: what one sees of the others stays the same within a transaction.
        with connected(self.target.database_url) as connection:
            found = connection.execute(_IN_USE, [name]).fetchone()
        return int(found[0]) if found else 0

    def _make(self, name: str) -> None:
        with connected(self.target.database_url) as connection:
            connection.autocommit = True
            try:
                for statement in MAKE_ROLES:
                    connection.execute(statement.encode())
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            except InsufficientPrivilege as refused:
                raise BackupTrouble(
                    "The owner's login may not make a database; docs/operate.md says how to let it (CREATEDB)."
                ) from refused

    def _swap(self, old: str, new: str, kept_as: str) -> None:
        with _from_outside(self.target.database_url) as connection:
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            for name, other in ((old, kept_as), (new, old)):
                connection.execute(rename.format(sql.Identifier(name), sql.Identifier(other)))

    def _drop(self, name: str) -> None:
        with connected(self.target.database_url) as connection:
            connection.autocommit = True
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


_BRING_THE_KEY = "This backup is encrypted; name the file with its secret key: --identity FILE."


def discard(database_url: str, name: str) -> None:
    """Throw away a database that a restore kept. Raises BackupTrouble for any other."""
    if not name.startswith(f"{_database(database_url)}_before_"):
        raise BackupTrouble(f"{name} is not a database that a restore kept, so it stays.")
    with connected(database_url) as connection:
        connection.autocommit = True
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _from_outside(url: str) -> Connection:
    """A connection from which the database itself can be renamed."""
    return connected(_with_database(url, "postgres"))


def _stamp(at: datetime) -> str:
    """When, and something by chance: two restores in one second keep two databases."""
    return f"{at:%Y%m%d_%H%M%S}_{secrets.token_hex(2)}"


def _database(url: str) -> str:
    return urlsplit(url).path.strip("/")


def _with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
