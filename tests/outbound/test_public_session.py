"""Posting to strangers who are slow on purpose, endless, or not as public as their name."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic

import pytest

from server.outbound import public_session
from server.outbound.public_session import FAILURES, PublicSession

GOOD = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nSet-Cookie: who=amina\r\n\r\nok"


class Stranger:
    """Something that listens on this machine and answers each request with bytes of the test's choice."""

    def __init__(self, answer: Callable[[socket.socket, Event], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._answer, self.closing = answer, Event()
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.asked: list[bytes] = []
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while asked := connection.recv(65536):
                self.asked.append(asked)
                self._answer(connection, self.closing)

    def close(self) -> None:
        self.closing.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def stranger(answer: Callable[[socket.socket, Event], None]) -> Iterator[Stranger]:
    listening = Stranger(answer)
    try:
        yield listening
    finally:
        listening.close()


def says(raw: bytes) -> Callable[[socket.socket, Event], None]:
    return lambda connection, _: connection.sendall(raw)


def drips(start: bytes) -> Callable[[socket.socket, Event], None]:
    """Begins well and then goes on for ever, a byte at a time, never silent for long."""

    def answer(connection: socket.socket, closing: Event) -> None:
        connection.sendall(start)
        while not closing.wait(0.05):
            connection.sendall(b"x")

    return answer


def post(session: PublicSession, to: Stranger) -> int:
    return session.post_bounded(f"http://127.0.0.1:{to.port}/push", b"body", {"TTL": "1"}).status_code


@pytest.fixture
def session() -> Iterator[PublicSession]:
    with PublicSession(private_too=True) as made:
        yield made


def test_headers_that_drip_in_for_ever_are_left(session: PublicSession, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(public_session, "WHOLE", 1.0)
    with stranger(drips(b"HTTP/1.1 201 Created\r\nX: ")) as slow:
        begun = monotonic()
        with pytest.raises(FAILURES):
            post(session, slow)
        assert monotonic() - begun < 2


def test_a_body_that_drips_in_for_ever_costs_little_and_the_answer_counts(
    session: PublicSession, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(public_session, "WHOLE", 1.0)
    with stranger(drips(b"HTTP/1.1 201 Created\r\nContent-Length: 9000\r\n\r\n")) as slow:
        begun = monotonic()
        assert post(session, slow) == 201
        assert monotonic() - begun < 2


def test_endless_headers_are_not_read(session: PublicSession):
    headers = b"HTTP/1.1 201 Created\r\nX: " + b"y" * 60_000 + b"\r\n\r\n"
    with stranger(says(headers)) as endless, pytest.raises(FAILURES):
        post(session, endless)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"nonsense",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 307 Go\r\nLocation: http://[bad\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 307 Go\r\nLocation: \xff\xfe\r\nContent-Length: 99999999\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 300,
    ],
)
def test_whatever_comes_back_is_an_answer_or_one_of_the_failures(session: PublicSession, raw: bytes):
    def answer(connection: socket.socket, _: Event) -> None:
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_RDWR)

    with stranger(answer) as odd, suppress(*FAILURES):
        assert post(session, odd) in (201, 307)


def test_a_connection_is_used_again_and_no_cookie_is_kept(session: PublicSession):
    with stranger(says(GOOD)) as good:
        assert [post(session, good) for _ in range(3)] == [201] * 3
        assert good.connections == 1
        assert len(session.cookies) == 0
        assert not any(b"Cookie" in asked for asked in good.asked)


def test_a_name_that_leads_into_our_own_network_is_not_spoken_to(monkeypatch: pytest.MonkeyPatch):
    with stranger(says(GOOD)) as inside, PublicSession() as session:
        here = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", inside.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: here)
        for address in ("https://fcm.googleapis.com/x", "http://fcm.googleapis.com/x"):
            with pytest.raises(FAILURES, match="private network"):
                session.post_bounded(address, b"body", {})
        assert inside.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_answer_sends_us_on(session: PublicSession, status: int):
    with stranger(says(GOOD)) as inside:
        there = f"http://127.0.0.1:{inside.port}/inside"
        sends_on = f"HTTP/1.1 {status} Go\r\nLocation: {there}\r\nContent-Length: 0\r\n\r\n".encode()
        with stranger(says(sends_on)) as first:
            assert post(session, first) == status
        assert inside.connections == 0


def test_a_name_that_changes_after_it_was_looked_at_does_not_help(monkeypatch: pytest.MonkeyPatch):
    with stranger(says(GOOD)) as inside, PublicSession() as session:
        answers = iter([("93.184.215.14", 9), ("127.0.0.1", inside.port), ("127.0.0.1", inside.port)])

        def rebinds(*_: object, **__: object) -> list[tuple[object, ...]]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", next(answers))]

        assert rebinds()[0][4] == ("93.184.215.14", 9)
        monkeypatch.setattr(socket, "getaddrinfo", rebinds)
        with pytest.raises(FAILURES):
            session.post_bounded("http://fcm.googleapis.com/x", b"body", {})
        assert inside.asked == []
