"""A bad network between phones and a server that can be killed: what goes wrong, request by request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from werkzeug.test import TestResponse

from tests.people import Phone


class Fault(StrEnum):
    """What becomes of one request."""

    NONE = "nothing"
    REQUEST_LOST = "the request is lost"
    REPLY_LOST = "the reply is lost"
    CUT = "the request is cut off in its body"
    TWICE = "the request arrives twice"
    LATER = "the request arrives much later"
    HOTEL = "somebody else answers"
    KILLED = "the server is killed while it works"


class NoSignal(Exception):
    """The phone got no answer, or one that cannot be the server's."""


class Killed(BaseException):
    """The server's process is gone. Nothing of ours may catch it."""


@dataclass(frozen=True)
class Request:
    """A request as it left a phone."""

    phone: Phone
    method: str
    path: str
    options: dict[str, Any]
    signed_in: bool = True


@dataclass
class Network:
    """Carries requests, and does to each what `faults` says, in turn; afterwards nothing more."""

    app: Flask
    engine: Engine
    faults: list[tuple[Fault, int]] = field(default_factory=list)
    on_its_way: list[Request] = field(default_factory=list)
    done: dict[Fault, int] = field(default_factory=lambda: dict.fromkeys(Fault, 0))

    def ask(
        self, phone: Phone, method: str, path: str, signed_in: bool = True, **options: Any
    ) -> TestResponse:
        """Ask the server, with the phone's session or as nobody. Raises NoSignal when the phone learns nothing."""
        fault, number = self.faults.pop(0) if self.faults else (Fault.NONE, 0)
        self.done[fault] += 1
        request = Request(phone, method, path, options, signed_in)
        match fault:
            case Fault.REQUEST_LOST:
                raise NoSignal
            case Fault.REPLY_LOST:
                self._carry(request)
                raise NoSignal
            case Fault.TWICE:
                self._carry(request)
                return self._carry(request)
            case Fault.LATER:
                self.on_its_way.append(request)
                raise NoSignal
            case Fault.CUT:
                self._carry(_cut(request, number))
                raise NoSignal
            case Fault.HOTEL:
                raise NoSignal
            case Fault.KILLED:
                with self._killed_at(number):
                    return self._carry(request)
            case _:
                return self._carry(request)

    def deliver_late(self) -> None:
        """What was held up arrives now. Whoever sent it has long stopped listening."""
        late, self.on_its_way = self.on_its_way, []
        for request in late:
            self._carry(request)

    def _carry(self, request: Request) -> TestResponse:
        if request.signed_in:
            return request.phone.ask(request.method, request.path, **request.options)
        return self.app.test_client().open(request.path, method=request.method, **request.options)

    @contextmanager
    def _killed_at(self, statement: int) -> Iterator[None]:
        """Kill the server at so many statements from now, if it gets as far: what was not committed is gone."""
        left = statement

        def count(*_: object) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed

        event.listen(self.engine, "before_cursor_execute", count)
        try:
            yield
        except Killed as gone:
            raise NoSignal from gone
        finally:
            event.remove(self.engine, "before_cursor_execute", count)


def _cut(request: Request, number: int) -> Request:
    """The same request with only the beginning of its body."""
    options = dict(request.options)
    said = options.pop("json", None)
    if said is not None:
        options["content_type"] = "application/json"
    body: bytes = json.dumps(said).encode() if said is not None else options.get("data", b"")
    if not body:
        return request
    return replace(request, options=options | {"data": body[: number % len(body)]})
