"""A client of the bench: one connection that stays open, and as little of a library around it as can be.

A phone works on its own processor. Here clients and server share the machine, so whatever a client wastes would be
taken from the server.
"""

from __future__ import annotations

from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson


class Client:
    """Somebody who is signed in, or nobody without a token."""

    def __init__(self, address: str, token: str = "") -> None:
        place = urlsplit(address)
        self._connection = HTTPConnection(place.hostname or "", place.port, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def post(self, path: str, said: Any) -> Any:
        """Say something as JSON; what is answered."""
        return self.post_written(path, orjson.dumps(said))

    def post_written(self, path: str, said: bytes) -> Any:
        """Say something that is JSON already; what is answered."""
        headers = {**self._headers, "Content-Type": "application/json"}
        return orjson.loads(self._ask("POST", path, said, headers))

    def get(self, path: str, **query: str) -> Any:
        """What is there."""
        return orjson.loads(self.get_bytes(path, **query))

    def get_bytes(self, path: str, **query: str) -> bytes:
        """What is there, as it came."""
        return self._ask("GET", f"{path}?{urlencode(query)}" if query else path, None, self._headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path} was answered {answer.status}: {content[:300].decode()}")
        return content
