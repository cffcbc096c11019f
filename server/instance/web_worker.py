"""A web server's process in which a request takes a thread only when all of it is here.

Sixteen clients that send a byte now and then would else hold all sixteen threads, and nobody else would be answered.
What is still arriving waits in the loop that waits for everybody, costs memory and no thread, and must arrive in time.
Source: docs/rules/edges.md; OWASP ASVS 5.0 section 15.2.2.
"""

from __future__ import annotations

import gc
import re
import selectors
import socket
import struct
import time
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

#: Seconds for the first line and the headers; and what a body may take at least, and for each kilobyte of it.
HEAD_IN, BODY_IN, EACH_KB_IN = 10.0, 30.0, 1.0
MOST_HEAD = 64 * 1024
#: A little more than the longest body that any route takes.
MOST_BODY = 9 * 1024 * 1024
#: What all that is arriving may hold together; then what has been arriving for the longest goes.
MOST_ARRIVING = 96 * 1024 * 1024
PIECE = 256 * 1024
#: Whoever stops reading our answer is left after this many seconds.
UNREAD_IN = 20
#: Objects made before Python looks for circles among them. By itself it looks after 700, again and again for each page
#: of what somebody fetches, which took a quarter of the time of a page.
LOOK_AFTER = 20_000

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
WAITS_TO_BE_ASKED = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
WORDS = {
    400: "What was sent could not be read.",
    408: "What was sent took too long to arrive.",
    411: "Say how long it is that you send.",
    413: "That is more than can be taken here.",
    431: "The headers are too long.",
}


class Arriving:
    """A request of which a part is here. `whole` is how long it will be, once its headers are."""

    def __init__(self) -> None:
        self.got = bytearray()
        self.whole: int | None = None
        self.until = time.monotonic() + HEAD_IN

    def add(self, piece: bytes) -> int | None:
        """Some bytes more. Answers the status of a refusal, or None."""
        self.got += piece
        if self.whole is None:
            end = self.got.find(b"\r\n\r\n", 0, MOST_HEAD)
            if end < 0:
                return 431 if len(self.got) >= MOST_HEAD else None
            return self._read_head(bytes(self.got[: end + 2]), end + 4)
        return None

    def _read_head(self, head: bytes, length: int) -> int | None:
        lengths = LENGTH.findall(head)
        if CHUNKED.search(head):
            return 411
        # The app's server would count one, and a proxy in front the other.
        if len(lengths) > 1:
            return 400
        body = int(lengths[0]) if lengths else 0
        if body > MOST_BODY:
            return 413
        self.whole = length + body
        self.until = time.monotonic() + BODY_IN + body / 1024 * EACH_KB_IN
        return None

    @property
    def is_here(self) -> bool:
        return self.whole is not None and len(self.got) >= self.whole


class PatientWorker(ThreadWorker):
    """Waits for whole requests without a thread, and gives each of them one."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.arriving: dict[TConn, Arriving] = {}

    def load_wsgi(self) -> None:
        """Load the app. What it is made of stays as long as the process, so nobody need look through it again."""
        super().load_wsgi()
        gc.collect()
        gc.freeze()
        gc.set_threshold(LOOK_AFTER)

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, and wait for what it says."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", UNREAD_IN, 0))
        self.nr_conns += 1
        self._wait_for(TConn(self.cfg, client, address, listener.getsockname()))
        if self.nr_conns >= self.worker_connections and self.arriving:
            self._refuse(next(iter(self.arriving)), 408)

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """A connection that was answered before has something more to say."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._wait_for(conn)

    def murder_pending(self) -> None:
        """Leave whatever did not arrive in time; and when we are ending, whatever has not begun."""
        super().murder_pending()
        now = time.monotonic()
        for conn, arriving in list(self.arriving.items()):
            if arriving.until <= now or not (self.alive or arriving.got):
                self._refuse(conn, 408)

    def _wait_for(self, conn: TConn) -> None:
        conn.sock.setblocking(False)
        self.arriving[conn] = Arriving()
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._read, conn))

    def _read(self, conn: TConn, client: socket.socket) -> None:
        arriving = self.arriving[conn]
        try:
            piece = client.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._let_go(conn)
            return
        had_head = arriving.whole is not None
        refusal = arriving.add(piece)
        if refusal:
            self._refuse(conn, refusal)
        elif arriving.is_here:
            self._hand_over(conn, arriving)
        elif arriving.whole is not None and not had_head and WAITS_TO_BE_ASKED.search(arriving.got):
            with suppress(OSError):
                client.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        elif sum(len(each.got) for each in self.arriving.values()) > MOST_ARRIVING:
            self._refuse(next(iter(self.arriving)), 408)

    def _hand_over(self, conn: TConn, arriving: Arriving) -> None:
        if len(arriving.got) != arriving.whole:
            # A second request behind the first: no browser and no proxy asks so.
            self._refuse(conn, 400)
            return
        self.poller.unregister(conn.sock)
        del self.arriving[conn]
        conn.init()
        conn.parser.unreader.unread(bytes(arriving.got))
        self.enqueue_req(conn)

    def _refuse(self, conn: TConn, status: int) -> None:
        if self.arriving[conn].got:
            said = f'{{"code":{status},"status":"","message":"{WORDS[status]}"}}'
            head = f"HTTP/1.1 {status} Refused\r\nContent-Type: application/json\r\nConnection: close\r\n"
            answer = f"{head}Cache-Control: no-store\r\nContent-Length: {len(said)}\r\n\r\n{said}"
            with suppress(OSError):
                conn.sock.send(answer.encode())
        self._let_go(conn)

    def _let_go(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        del self.arriving[conn]
        self.nr_conns -= 1
        conn.close()
