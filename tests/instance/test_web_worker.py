"""Clients that are slow on purpose hold nobody else up, on the web server as it really runs."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from server.instance.process import web_command

SAYS = """
def app(environ, start_response):
    said = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(said) + 2))])
    return [b"ok" + said]
"""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A web server of one process with two threads, started as Heed starts its own."""
    (tmp_path / "wsgi.py").write_text(SAYS)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        free: int = probe.getsockname()[1]
    command = [*web_command("127.0.0.1", free, 1, 2), "--chdir", str(tmp_path)]
    running = subprocess.Popen(command)
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", free), timeout=1).close()
            break
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.05)
    yield free
    running.terminate()
    running.wait(30)


def ask(port: int, *pieces: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        for piece in pieces:
            client.sendall(piece)
            time.sleep(0.02)
        got = b""
        while more := client.recv(65536):
            got += more
        return got


CLOSE = b"Host: x\r\nConnection: close\r\n"


def test_a_hundred_dripping_clients_hold_nobody_up(port: int):
    starts = [
        b"",
        b"G",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nslow",
    ]
    with ExitStack() as stack:
        dripping = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(100)]
        for number, client in enumerate(dripping):
            client.sendall(starts[number % 4])
        for _ in range(5):
            begun = time.monotonic()
            assert ask(port, b"GET / HTTP/1.1\r\n" + CLOSE + b"\r\n").endswith(b"\r\n\r\nok")
            assert time.monotonic() - begun < 3
            for client in dripping[2::4]:
                client.sendall(b"X: y\r\n")


def test_what_arrives_in_pieces_arrives_whole(port: int):
    body = bytes(range(256)) * 400
    head = b"POST / HTTP/1.1\r\n" + CLOSE + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n"
    whole = head + body
    answer = ask(port, whole[:5], whole[5:90], whole[90:50_000], whole[50_000:])
    assert answer.split(b"\r\n\r\n", 1)[1] == b"ok" + body


def test_one_connection_asks_again_and_again(port: int):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        for _ in range(5):
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            got = b""
            while not got.endswith(b"ok"):
                got += client.recv(4096)
            assert got.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", 411),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhii", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    ],
)
def test_what_could_be_read_in_two_ways_or_is_too_much_is_refused(port: int, said: bytes, status: int):
    assert ask(port, said).startswith(f"HTTP/1.1 {status} ".encode())
