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
    """See to it that nothing works on `data` any more, whatever an earlier run left behind.

    A note that names a dead process, or by now some other program, is thrown away: PostgreSQL itself cannot
    tell these from a live server and would refuse to start.
    """
    note = read_note(data)
    if note is not None and _is_alive(note.pid) and _works_in(note.pid, data):
        log("Stopping the database that an earlier run left behind.")
        os.kill(note.pid, signal.SIGINT)
        _see_out(lambda: [note.pid], patience)
    _see_out(lambda: _all_in(data), patience)
    if note is not None:
        (data / "postmaster.pid").unlink(missing_ok=True)


def _see_out(who: Callable[[], list[int]], patience: float) -> None:
    """Wait until these processes have ended, and end them when they take too long about it."""
    until = time.monotonic() + patience
    while remaining := [pid for pid in who() if _is_alive(pid)]:
        if time.monotonic() > until:
            for pid in remaining:
                os.kill(pid, signal.SIGQUIT)
            until = time.monotonic() + patience
        time.sleep(0.05)


def _is_alive(pid: int) -> bool:
    """Is it running? One that ended and was not yet buried by its parent is not, number or no number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return not Path("/proc/self").exists()


def _all_in(data: Path) -> list[int]:
    """Every process of a server on `data`: some outlive a killed postmaster by a moment."""
    numbers = [int(each.name) for each in Path("/proc").glob("[0-9]*")]
    return [pid for pid in numbers if _works_in_by_proc(pid, data)]


def _works_in(pid: int, data: Path) -> bool:
    """Is this process a server on `data`? PostgreSQL works in its data folder."""
    if Path("/proc/self").exists():
        return _works_in_by_proc(pid, data)
    command = ["/bin/ps", "-o", "command=", "-p", str(pid)]
    return str(data) in subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _works_in_by_proc(pid: int, data: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data.resolve()
    except OSError:
        return False
