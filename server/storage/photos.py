"""Photos as objects, named by the hash of what is in them: a folder by default, any S3 in production."""

from __future__ import annotations

from uuid import UUID

from obstore.exceptions import NotFoundError
from obstore.store import from_url


class Photos:
    """The photos of every provider, each under its own prefix. `url` is file:///… or s3://…"""

    def __init__(self, url: str) -> None:
        self._store = from_url(url, mkdir=True) if url.startswith("file:") else from_url(url)

    def put(self, provider: UUID, name: str, content: bytes) -> None:
        """Keep one photo. Keeping it again changes nothing, since its name says what is in it."""
        self._store.put(self._path(provider, name), content)

    def get(self, provider: UUID, name: str) -> bytes | None:
        """One photo, or None when it is not here."""
        try:
            return bytes(self._store.get(self._path(provider, name)).bytes())
        except NotFoundError:
            return None

    @staticmethod
    def _path(provider: UUID, name: str) -> str:
        return f"{provider}/{name[:2]}/{name}"
