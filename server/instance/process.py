"""The processes of one instance: started in order, started again when they die, ended together."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from server.instance.lifeline import lifeline

#: A child that lived this long was well; the next death is counted as the first.
WELL_AFTER = 30.0
LONGEST_PAUSE = 30.0
#: A child that dies so often before it was ever well will not get better by itself.
TRIES = 5
GOODBYE = 30.0
LOOK_EVERY = 0.1
PORT_PATIENCE = 2.0


class ProcessTrouble(RuntimeError):
    """A process could not do its work; the message says why in one sentence."""


@dataclass
class Child:
    """One process that should always run."""

    name: str
    command: Sequence[str]
    #: What the kernel sends it should we be killed. By then the database is going, too.
    when_orphaned: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    was_well: bool = False
    next_start: float = 0.0

    def start(self, environ: Mapping[str, str], folder: Path) -> None:
        # A session of its own: Ctrl-C reaches only us, so that we can end things in their order.
        self.process = subprocess.Popen(
            self.command,
            env=dict(environ),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lifeline(self.when_orphaned),
        )
        self.started = time.monotonic()

    def note_death(self) -> float:
        """Count a death. Answers for how long to wait before the next start."""
        lived = time.monotonic() - self.started
        if lived >= WELL_AFTER:
            self.was_well, self.deaths = True, 0
        self.deaths += 1
        self.process = None
        pause: float = min(LONGEST_PAUSE, 0.5 * 2 ** (self.deaths - 1))
        self.next_start = time.monotonic() + pause
        return pause

    @property
    def hopeless(self) -> bool:
        return not self.was_well and self.deaths >= TRIES


@dataclass
class Supervisor:
    """Keeps children running until somebody says stop."""

    environ: Mapping[str, str]
    folder: Path
    children: list[Child] = field(default_factory=list)
    log: Callable[[str], None] = print
    stopping: bool = False

    def run(self, when_up: Callable[[], None] | None = None, is_up: Callable[[], bool] | None = None) -> None:
        """Start every child and keep them running until SIGINT or SIGTERM. Says `when_up` once `is_up`."""
        previous = {each: signal.signal(each, self._stop) for each in (signal.SIGINT, signal.SIGTERM)}
        waiting_to_say = when_up
        try:
            while not self.stopping:
                self._look_after_children()
                if waiting_to_say and (is_up is None or is_up()):
                    waiting_to_say()
                    waiting_to_say = None
                time.sleep(LOOK_EVERY)
        finally:
            self._end_children()
            for each, handler in previous.items():
                signal.signal(each, handler)

    def _stop(self, _: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _look_after_children(self) -> None:
        for child in self.children:
            if child.process is None and time.monotonic() >= child.next_start:
                child.start(self.environ, self.folder)
                continue
            if child.process is None or child.process.poll() is None:
                continue
            code = child.process.returncode
            pause = child.note_death()
            if child.hopeless:
                raise ProcessTrouble(
                    f"The {child.name} process ended {child.deaths} times as soon as it was started."
                )
            self.log(f"The {child.name} process ended ({_how(code)}); starting it again in {pause:.1f} s.")

    def _end_children(self) -> None:
        running = [child.process for child in reversed(self.children) if child.process is not None]
        for process in running:
            process.terminate()
        until = time.monotonic() + GOODBYE
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _how(code: int) -> str:
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"


def web_command(host: str, port: int, processes: int, threads: int) -> list[str]:
    """The web server."""
    return [
        *(sys.executable, "-m", "gunicorn", "wsgi:app"),
        *("--bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}"),
        *("--workers", str(processes)),
        *("--worker-class", "server.instance.web_worker.PatientWorker", "--threads", str(threads)),
        # How many proxies to believe is a setting of ours, and only the application acts on it.
        *("--forwarded-allow-ips", ""),
        # A cursor goes into the address, and grows with the services that somebody reads.
        *("--limit-request-line", "8190"),
        *("--graceful-timeout", "20", "--timeout", "60", "--keep-alive", "15"),
        *("--no-control-socket", "--log-level", "warning"),
    ]


def jobs_command() -> list[str]:
    """The process that runs jobs."""
    return [sys.executable, "-m", "server.commands", "jobs"]


def surroundings(home: Path, database_url: str) -> dict[str, str]:
    """The environment of a child: ours, with the instance folder and the database that are really used.

    What serves and runs jobs never learns how the database's owner gets in.
    """
    really_used = {"DATABASE_URL": database_url, "HEED_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    ours = {name: value for name, value in os.environ.items() if name != "HEED_OWNER_DATABASE_URL"}
    return ours | really_used


def wait_for_port(host: str, port: int) -> None:
    """Say in one sentence, before anything is started, that the port cannot be had.

    What an earlier run left behind may still be ending, so it gets a moment.
    """
    until = time.monotonic() + PORT_PATIENCE
    while True:
        try:
            return _try_port(host, port)
        except PermissionError as no:
            raise ProcessTrouble(f"This user may not use port {port}; set PORT to one above 1023.") from no
        except OSError as no:
            if no.errno != errno.EADDRINUSE:
                raise ProcessTrouble(f"HEED_HOST {host} is no address of this machine.") from no
            if time.monotonic() > until:
                raise ProcessTrouble(
                    f"Port {port} is taken; stop what uses it, or set PORT to another, as in PORT={port + 1}."
                ) from no
        time.sleep(LOOK_EVERY)


def _try_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
