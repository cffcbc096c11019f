"""Posting to strangers: only to the public network, only so long, only so much, and never where they send us next.

Whoever subscribes a device tells us an address. What answers there may be slow on purpose, endless, or a name that
leads into our own network; each of these ends here, however many of them there are.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Generator
from http.client import HTTPException, HTTPResponse
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from time import monotonic
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

CONNECT, READ = 3.0, 5.0
#: However busily the other side goes on answering.
WHOLE = 8.0
MOST_READ = 4096

#: All that can go wrong between here and there. Requests hands on some faults of the libraries below it as they are.
FAILURES = (requests.RequestException, HTTPError, HTTPException, OSError, ValueError)


class _Bounded(io.RawIOBase):
    """What comes over a connection as an answer, until it takes too long or is too much."""

    def __init__(self, stream: io.BufferedReader, connection: socket.socket) -> None:
        self._stream, self._connection = stream, connection
        self._until, self._left = monotonic() + WHOLE, MOST_READ

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        time_left = self._until - monotonic()
        if time_left <= 0:
            raise TimeoutError("the answer took too long")
        if self._left <= 0:
            raise ConnectionError("the answer was too long")
        self._connection.settimeout(min(READ, time_left))
        got = self._stream.raw.readinto(memoryview(buffer)[: self._left])
        self._left -= got or 0
        return got

    def close(self) -> None:
        self._stream.close()
        super().close()


class _BoundedResponse(HTTPResponse):
    """An answer, its headers included, of which no more is read than we care to."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp = io.BufferedReader(_Bounded(self.fp, sock))


class _OpenConnection(HTTPConnection):
    response_class = _BoundedResponse


class _OpenTlsConnection(HTTPSConnection):
    response_class = _BoundedResponse


def _public_only(connection: HTTPConnection, connected: socket.socket) -> socket.socket:
    """Asked once connected, not of the name before: a name may lead somewhere else a moment later."""
    if ip_address(connected.getpeername()[0]).is_global:
        return connected
    connected.close()
    raise NewConnectionError(connection, "That address lies in a private network.")


class _PublicConnection(_OpenConnection):
    def _new_conn(self) -> socket.socket:
        return _public_only(self, super()._new_conn())


class _PublicTlsConnection(_OpenTlsConnection):
    def _new_conn(self) -> socket.socket:
        return _public_only(self, super()._new_conn())


class _OpenPool(HTTPConnectionPool):
    ConnectionCls = _OpenConnection


class _OpenTlsPool(HTTPSConnectionPool):
    ConnectionCls = _OpenTlsConnection


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicTlsConnection


class _Adapter(HTTPAdapter):
    def __init__(self, *, private_too: bool) -> None:
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = (
            {"http": _OpenPool, "https": _OpenTlsPool}
            if private_too
            else {"http": _PublicPool, "https": _PublicTlsPool}
        )


class PublicSession(requests.Session):
    """A session for strangers. `private_too` lets tests stand in for the public network."""

    def __init__(self, *, private_too: bool = False) -> None:
        super().__init__()
        # A proxy named in the environment would hide from us where we are connected to.
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(private_too=private_too))

    def resolve_redirects(self, *_: Any, **__: Any) -> Generator[requests.Response, None, None]:
        """Go nowhere: a redirect is an answer like any other."""
        yield from ()

    def post_bounded(self, address: str, body: bytes, headers: dict[str, str]) -> requests.Response:
        """Post, and answer with the status and the headers of what came back. Raises one of `FAILURES`."""
        with self.post(address, data=body, headers=headers, timeout=(CONNECT, READ), stream=True) as answer:
            # What was said is of no interest, but a connection that is read to its end can be used again.
            answer.raw.drain_conn()
            return answer
