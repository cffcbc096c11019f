"""The backups that lie in a place, and whether one of them is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.backup.manifest import NAME, Manifest, Piece, read_manifest
from server.backup.trouble import BackupTrouble
from server.storage.backup_place import BackupPlace, NotThere

#: Photos are shared by all backups in one place: what is in them never changes, and their name says what it is.
PHOTOS = "photos"


@dataclass(frozen=True)
class Shelf:
    """The backups in one place, as far as our key signed them."""

    place: BackupPlace
    key: Ed25519PublicKey

    def folders(self) -> list[str]:
        """The backups that were finished, the newest first."""
        return sorted(
            (each for each in self.place.folders() if self.place.holds(f"{each}/{NAME}")), reverse=True
        )

    def manifest(self, folder: str) -> Manifest:
        """What is in one backup. Raises BackupTrouble when its manifest is not there or not ours."""
        try:
            content = self.place.get(f"{folder}/{NAME}")
        except NotThere as missing:
            raise BackupTrouble(f"There is no finished backup called {folder} here.") from missing
        found = read_manifest(content, self.key)
        if found.folder != folder:
            raise BackupTrouble(f"The manifest in {folder} belongs to the backup {found.folder}.")
        return found

    def newest(self) -> Manifest:
        """Raises BackupTrouble when there is no finished backup here."""
        folders = self.folders()
        if not folders:
            raise BackupTrouble(f"There is no finished backup in {self.place.url}.")
        return self.manifest(folders[0])

    def newest_or_none(self) -> Manifest | None:
        """The newest, unless there is none."""
        return self.newest() if self.folders() else None

    def check(self, manifest: Manifest) -> None:
        """Read every byte of a backup back and compare it with what the manifest says. Raises BackupTrouble."""
        for piece in (manifest.database, *manifest.photos):
            for _ in self.checked(piece):
                pass

    def checked(self, piece: Piece) -> Iterator[bytes]:
        """A piece as it lies there. Raises BackupTrouble at its end when it is not what the manifest says."""
        digest, size = hashlib.sha256(), 0
        try:
            for some in self.place.pieces(piece.path):
                digest.update(some)
                size += len(some)
                yield some
        except NotThere as missing:
            raise BackupTrouble(f"{piece.path} is missing from this backup.") from missing
        if size != piece.size:
            raise BackupTrouble(f"{piece.path} was cut off or changed: {size} bytes instead of {piece.size}.")
        if digest.hexdigest() != piece.sha256:
            raise BackupTrouble(f"{piece.path} was changed since the backup was made.")
