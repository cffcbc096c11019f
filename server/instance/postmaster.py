"""What a running PostgreSQL notes about itself in its data folder, and what to make of it after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PostmasterNote:
    """What a running server says about itself in postmaster.pid."""

    pid: int
    socket_folder: Path
    ready: bool


def read_note(data: Path) -> PostmasterNote | None:
    """The note of the server on `data`, which may have been killed since; None when there is none."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 5:
        return None
    ready = len(lines) > 7 and lines[7].strip() == "ready"
    return PostmasterNote(int(lines[0]), Path(lines[4]), ready)


def stop_leftover(data: Path, patience: float, log: Callable[[str], None]) -> None:
    """A server whose owner was killed is stopped; a note that names some other process is thrown away."""
    note = read_note(data)
    if note is None or not _alive(note.pid):
        return
    if not _works_in(note.pid, data):
        # The number belongs to another program by now; PostgreSQL itself could not tell and would refuse.
        (data / "postmaster.pid").unlink(missing_ok=True)
        return
    log("Stopping the database that an earlier run left behind.")
    os.kill(note.pid, signal.SIGINT)
    until = time.monotonic() + patience
    while _alive(note.pid):
        if time.monotonic() > until:
            os.kill(note.pid, signal.SIGQUIT)
            until = time.monotonic() + patience
        time.sleep(0.05)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    status = Path(f"/proc/{pid}/stat")
    ended_and_unburied = status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z"
    return not ended_and_unburied


def _works_in(pid: int, data: Path) -> bool:
    """Is this process a server on `data`? PostgreSQL works in its data folder."""
    link = Path(f"/proc/{pid}/cwd")
    try:
        return link.resolve(strict=True) == data.resolve()
    except PermissionError:
        return False
    except FileNotFoundError:
        without_proc = subprocess.run(
            ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return str(data) in without_proc.stdout
