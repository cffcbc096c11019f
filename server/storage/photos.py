"""Photos as objects, named by the hash of what is in them: a folder by default, any S3 in production."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from obstore.exceptions import NotFoundError
from obstore.store import from_url


class Photos:
    """The photos of every provider, each under its own prefix. `url` is file:///… or s3://…"""

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme == "file":
            _make_private(Path(unquote(urlsplit(url).path)))
        self._store = from_url(url)

    def put(self, provider: UUID, name: str, content: bytes) -> None:
        """Keep one photo. Keeping it again changes nothing, since its name says what is in it."""
        self._store.put(self._path(provider, name), content)

    def get(self, provider: UUID, name: str) -> bytes | None:
        """One photo, or None when it is not here."""
        try:
            return bytes(self._store.get(self._path(provider, name)).bytes())
        except (NotFoundError, FileNotFoundError):  # the second is what a folder answers
            return None

    def paths(self) -> Iterator[str]:
        """Where every photo of every provider lies, for a backup."""
        for some in self._store.list():
            yield from (each["path"] for each in some)

    def read(self, path: str) -> bytes:
        """One photo by where it lies. Raises NotFoundError or FileNotFoundError when it is not there."""
        return bytes(self._store.get(path).bytes())

    def bring_back(self, path: str, content: bytes) -> None:
        """Keep one photo where a backup says that it lay."""
        self._store.put(path, content)

    @staticmethod
    def _path(provider: UUID, name: str) -> str:
        return f"{provider}/{name[:2]}/{name}"


def _make_private(folder: Path) -> None:
    """A folder of photos is nobody else's business, whatever the folders above it allow."""
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
