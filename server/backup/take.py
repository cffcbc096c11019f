"""Taking a backup: everything is put in its place first, and the manifest that makes it a backup comes last."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.backup import manifest as manifests
from server.backup.manifest import Manifest, Photo, Piece
from server.backup.programs import Programs
from server.backup.seal import SUFFIX, Recipient
from server.backup.shelf import PHOTOS, Shelf
from server.backup.snapshot import Snapshot, snapshot
from server.backup.trouble import BackupTrouble
from server.storage.backup_place import BackupPlace, Stored
from server.storage.photos import Photos

Say = Callable[[str], None]


@dataclass(frozen=True)
class Source:
    """What is backed up: the database by its owner's address, the photos, and room for a copy on its way."""

    database_url: str
    photos: Photos
    room: Path
    heed: str

    def programs(self, server_version: str) -> Programs:
        return Programs.fitting(
            self.database_url.replace("+psycopg", "", 1), int(server_version.split(".")[0])
        )


@dataclass(frozen=True)
class Taking:
    """One backup on its way into a place."""

    source: Source
    place: BackupPlace
    key: Ed25519PrivateKey
    recipient: Recipient | None
    say: Say

    def take(self) -> Manifest:
        """Take a backup. What was put down of one that failed is taken away again.

        Raises BackupTrouble with the reason; then the place holds the backups that it held before.
        """
        id_ = uuid4()
        with snapshot(self.source.database_url) as moment:
            folder = f"{moment.at:%Y%m%dT%H%M%SZ}-{id_.hex[:8]}"
            database = self._copy_database(moment, folder)
            try:
                photos, missing = self._copy_photos(moment, id_)
                taken = Manifest(
                    id=id_,
                    folder=folder,
                    made_at=moment.at,
                    heed=self.source.heed,
                    schema=moment.schema,
                    postgres=moment.server_version,
                    recipient=self.recipient.text if self.recipient else None,
                    database=database,
                    providers=moment.providers,
                    tables=moment.tables,
                    photos=photos,
                    missing_photos=missing,
                )
                self.place.put(f"{folder}/{manifests.NAME}", taken.signed(self.key))
            except BaseException:
                self.place.drop(database.path)
                raise
        return taken

    def _copy_database(self, moment: Snapshot, folder: str) -> Piece:
        self.say("Copying the database.")
        with tempfile.TemporaryDirectory(prefix="backup-", dir=self.source.room) as aside:
            plain = Path(aside) / "database.dump"
            programs = self.source.programs(moment.server_version)
            programs.dump(moment.name, plain)
            # Read before it is encrypted: afterwards nobody on this machine can.
            programs.read_through(plain)
            if self.recipient is None:
                return _piece(
                    f"{folder}/database.dump", self.place.put_file(f"{folder}/database.dump", plain)
                )
            sealed = plain.with_name(f"database.dump{SUFFIX}")
            self.recipient.seal_file(plain, sealed)
            return _piece(f"{folder}/{sealed.name}", self.place.put_file(f"{folder}/{sealed.name}", sealed))

    def _copy_photos(self, moment: Snapshot, id_: UUID) -> tuple[list[Photo], list[str]]:
        """Every photo of the instance; only those are copied that the place does not hold yet."""
        known = self._known_photos()
        here = sorted(self.source.photos.paths())
        photos = []
        for number, name in enumerate(here, 1):
            photos.append(known.get(name) or self._copy_photo(name, id_))
            if number % 500 == 0:
                self.say(f"  {number} of {len(here)} photos")
        return photos, sorted(moment.photos - set(here))

    def _known_photos(self) -> dict[str, Photo]:
        """The photos that the newest backup names and that are still there, sealed to the same recipient."""
        try:
            newest = Shelf(self.place, self.key.public_key()).newest_or_none()
        except BackupTrouble:
            # Signed with an earlier key, or damaged: nothing rests on it, and all the more is a new one needed.
            newest = None
        if newest is None or newest.recipient != (self.recipient.text if self.recipient else None):
            return {}
        there = self.place.sizes(PHOTOS)
        return {each.photo: each for each in newest.photos if there.get(each.path) == each.size}

    def _copy_photo(self, name: str, id_: UUID) -> Photo:
        content = self.source.photos.read(name)
        path = f"{PHOTOS}/{name}"
        if hashlib.sha256(content).hexdigest() != content_name(name):
            raise BackupTrouble(f"The photo {name} is damaged: it is not what its name says.")
        if self.recipient is not None:
            # Sealed twice it is not the same, and an earlier backup may name what was sealed to somebody else.
            path, content = f"{path}.{id_.hex[:8]}{SUFFIX}", self.recipient.seal(content)
        stored = self.place.put(path, content)
        return Photo(path, stored.size, stored.sha256, name)


def content_name(photo: str) -> str:
    """The hash that a photo is named by, wherever it lies; what was held back is named by the hash as it came."""
    return photo.rpartition("/")[2].removeprefix("held-")


def _piece(path: str, stored: Stored) -> Piece:
    return Piece(path, stored.size, stored.sha256)
