"""A place for backups: a folder, best on another machine, or any object store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from obstore.exceptions import NotFoundError
from obstore.store import from_url

CHUNK = 8 * 1024 * 1024


class NotThere(LookupError):
    """There is nothing of that name in the place."""


@dataclass(frozen=True)
class Stored:
    """What was put: its size in bytes and the SHA-256 of all of it, in hexadecimal."""

    size: int
    sha256: str


class BackupPlace:
    """Where backups lie. `where` is a folder, or an address such as s3://bucket/heed."""

    def __init__(self, where: str) -> None:
        self.url = where if "://" in where else Path(where).expanduser().absolute().as_uri()
        if folder := self.folder:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._store = from_url(self.url)

    @property
    def folder(self) -> Path | None:
        """The folder, when the place is one on this machine."""
        parts = urlsplit(self.url)
        return Path(unquote(parts.path)) if parts.scheme == "file" else None

    def put(self, path: str, content: bytes) -> Stored:
        """Keep something whole or not at all."""
        self._store.put(path, content)
        return Stored(len(content), hashlib.sha256(content).hexdigest())

    def put_file(self, path: str, file: Path) -> Stored:
        """Keep a file whole or not at all, however large it is."""
        self._store.put(path, file, chunk_size=CHUNK)
        with file.open("rb") as content:
            return Stored(file.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest())

    def get(self, path: str) -> bytes:
        """All of something that is not large. Raises NotThere."""
        try:
            return bytes(self._store.get(path).bytes())
        except (NotFoundError, FileNotFoundError) as missing:
            raise NotThere(path) from missing

    def pieces(self, path: str) -> Iterator[bytes]:
        """Something large, piece by piece. Raises NotThere."""
        try:
            found = self._store.get(path)
        except (NotFoundError, FileNotFoundError) as missing:
            raise NotThere(path) from missing
        for piece in found.stream(min_chunk_size=CHUNK):
            yield bytes(piece)

    def sizes(self, under: str) -> dict[str, int]:
        """What lies under one name, and how large each is."""
        return {each["path"]: each["size"] for some in self._store.list(under) for each in some}

    def folders(self) -> list[str]:
        """The names at the top."""
        return [str(name) for name in self._store.list_with_delimiter()["common_prefixes"]]

    def files(self) -> list[str]:
        """What lies at the top itself."""
        return [each["path"] for each in self._store.list_with_delimiter()["objects"]]

    def holds(self, path: str) -> bool:
        """Whether something of that name is there."""
        try:
            self._store.head(path)
        except (NotFoundError, FileNotFoundError):
            return False
        return True

    def drop(self, path: str) -> None:
        """Take away what was left of a backup that did not succeed."""
        self._store.delete(path)
