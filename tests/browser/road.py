"""The way between devices and the server: it remembers what was sent over it, and can swallow what it should not."""

from __future__ import annotations

import io
import json
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SEND = "/api/sync/send"
LONGEST_HANG = 60


class Road:
    """Stands before the server. `batches` are the ids of what was sent, request by request."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._hanging: str | None = None
        self._losing: str | None = None
        self._released = threading.Event()
        self._refused: dict[str, int] = {}
        self.batches: list[list[str]] = []
        self.reached = threading.Event()
        #: What was asked, beside the path, by whoever reached what hangs.
        self.asked = ""
        #: How many seconds everything that is sent takes on the way, so that senders meet.
        self.delay = 0.0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == SEND:
            raw = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            environ["wsgi.input"] = io.BytesIO(raw)
            self.batches.append([item["id"] for item in json.loads(raw)["items"]])
            time.sleep(self.delay)
        if path in self._refused:
            start_response(f"{self._refused[path]} Refused", [("Content-Length", "0")])
            return [b""]
        if path == self._hanging:
            self.asked = environ["QUERY_STRING"]
            self.reached.set()
            self._released.wait(LONGEST_HANG)
            start_response("504 Nobody answered", [])
            return self._cut(environ)
        answer = self._app(environ, start_response)
        if path == self._losing:
            list(answer)
            self.reached.set()
            return self._cut(environ)
        return answer

    @contextmanager
    def hanging(self, path: str) -> Iterator[None]:
        """Whatever is asked there never reaches the server and is never answered."""
        self._hanging, self._released = path, threading.Event()
        self.reached.clear()
        try:
            yield
        finally:
            self._hanging = None
            self._released.set()

    @contextmanager
    def losing_replies(self, path: str) -> Iterator[None]:
        """Whatever is asked there is done by the server, and the answer is lost on the way back."""
        self._losing = path
        self.reached.clear()
        try:
            yield
        finally:
            self._losing = None

    @contextmanager
    def refusing(self, path: str, status: int) -> Iterator[None]:
        """Whatever is asked there is answered with a bare status."""
        self._refused[path] = status
        try:
            yield
        finally:
            del self._refused[path]

    @staticmethod
    def _cut(environ: dict[str, Any]) -> Iterable[bytes]:
        connection: socket.socket = environ["werkzeug.socket"]
        connection.shutdown(socket.SHUT_RDWR)
        return []
