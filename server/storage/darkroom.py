"""Photos made anew from their pixels, in a process that could do no harm if a picture took it over.

Making a picture anew leaves behind whatever else the file carried: where it was taken, by which phone, or something
that only looks like a picture. Reading pictures is the riskiest thing that Heed does with bytes of strangers, so it
is done elsewhere: see darkroom_work.py. Source: docs/rules/photos.md.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from server.domain.errors import DomainError

#: What every JPEG begins with. The app makes its photos as JPEG, and nothing else is read.
MAGIC = b"\xff\xd8\xff"
MOST_BYTES = 8 * 1024 * 1024
#: How large a picture made anew may be; none of the longest side that is kept comes near.
MOST_MADE = 24 * 1024 * 1024
#: How many pictures are worked on at once in one process of ours; the others wait.
AT_ONCE = 2
WORK = Path(__file__).with_name("darkroom_work.py")
PIECE = 256 * 1024


class NotAPhoto(DomainError):
    """What was sent is not a picture that we can make anew."""


class DarkroomClosed(RuntimeError):
    """Pictures cannot be made anew just now, whatever is in them."""


class Darkroom:
    """Makes pictures anew. Its process is started with the first picture, and again should it die."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None
        self._end_process: Callable[[], object] = lambda: None

    def made_anew(self, content: bytes) -> bytes:
        """The same picture, upright, built from its pixels alone. Raises NotAPhoto when there is none in it.

        Raises DarkroomClosed when it is no fault of the picture's, and trying again may help.
        """
        if len(content) > MOST_BYTES or not content.startswith(MAGIC):
            raise NotAPhoto("This is not a photo that we can read.")
        with self._places:
            answer = self._develop(content) or self._develop(content)
        if not answer:
            raise DarkroomClosed("The process that makes photos anew does not start.")
        if len(answer) == 1 or len(answer) > MOST_MADE:
            raise NotAPhoto("This is not a photo that we can read.")
        return answer[1:]

    def close(self) -> None:
        """End the process, if it runs."""
        with self._lock:
            self._end()

    def _develop(self, content: bytes) -> bytes:
        """What came back: nothing when the process was gone, one byte when the picture could not be read."""
        given, give = os.pipe()
        take, wanted = os.pipe()
        try:
            used = self._hand_over(given, wanted)
        finally:
            os.close(given)
            os.close(wanted)
        giving = threading.Thread(target=_give, args=(give, content), daemon=True)
        giving.start()
        answer = _take(take)
        os.close(take)
        giving.join()
        if not answer:
            self._give_up(used)
        return answer

    def _hand_over(self, given: int, wanted: int) -> subprocess.Popen[bytes] | None:
        """Give the process the ends of two pipes. Answers which process it was."""
        with self._lock, suppress(OSError):
            socket.send_fds(self._open_door(), [b"!"], [given, wanted])
        return self._process

    def _give_up(self, used: subprocess.Popen[bytes] | None) -> None:
        """A process that says nothing is dying or dead; another thread may have replaced it already."""
        with self._lock:
            if self._process is used:
                self._end()

    def _open_door(self) -> socket.socket:
        """The way to the process, which is started when it does not run."""
        if self._door is not None and self._process is not None and self._process.poll() is None:
            return self._door
        self._end()
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with its:
            command = [sys.executable, "-I", "-X", "utf8", str(WORK), str(its.fileno())]
            # With no environment of ours: neither settings nor secrets, nor where anything of ours lies.
            self._process = subprocess.Popen(
                command,
                env={},
                cwd="/",
                pass_fds=[its.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        self._door = ours
        self._end_process = weakref.finalize(self, _end, self._process, ours)
        return ours

    def _end(self) -> None:
        self._end_process()
        self._door = self._process = None


def _end(process: subprocess.Popen[bytes], door: socket.socket) -> None:
    door.close()
    process.kill()
    process.wait()


def _give(pipe: int, content: bytes) -> None:
    # Whoever reads may be gone already; what it found out is at the other pipe.
    with suppress(BrokenPipeError), open(pipe, "wb", buffering=0) as way:
        left = memoryview(content)
        while left:
            left = left[way.write(left) :]


def _take(pipe: int) -> bytes:
    got = bytearray()
    while len(got) <= MOST_MADE and (piece := os.read(pipe, PIECE)):
        got += piece
    return bytes(got)
