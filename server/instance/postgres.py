"""The PostgreSQL that Heed brings along: a real server in the instance folder, on a private socket only.

It lives and dies with the process that started it. One process owns it, by a lock; others on the same
instance folder use it while it runs. After a kill the next owner stops what is left, starts again, and
PostgreSQL recovers every commit that was acknowledged.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
from psycopg import sql

from server.instance.lifeline import lifeline
from server.instance.postgres_place import (
    POSTGRES_VERSION,
    Place,
    PostgresTrouble,
    find_place,
    make_socket_folder,
    our_name,
)
from server.instance.postmaster import read_note, stop_leftover

__all__ = ["EmbeddedPostgres", "PostgresTrouble", "start"]

USER = DATABASE = "heed"
#: What serves and runs jobs signs in as this, and can do no more than what migrating grants it.
SERVING_USER = "heed_serve"
PORT = 5432  # only part of the socket's name: nothing listens on the network

PATIENCE = 600.0  # seconds: a long recovery is slow, and cutting it short would help nobody
GOODBYE = 60.0  # seconds for a fast shutdown, before an immediate one

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    # What people wrote has no business in a log file, so neither statements nor the rows in them go there.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
#: For tests that are not about durability: what is lost with the machine is lost.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

Say = Callable[[str], None]


@dataclass
class EmbeddedPostgres:
    """A running server. Only its owner stops it; for everybody else `stop` lets go of nothing."""

    socket_folder: Path
    place: Place
    process: subprocess.Popen[bytes] | None = None
    lock: IO[str] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The address of the database `heed`, as SQLAlchemy takes it."""
        return self.url_of(DATABASE)

    @property
    def serving_url(self) -> str:
        """The same database for whoever serves: by a login that row-level security holds."""
        return self.url_of(DATABASE, SERVING_USER)

    def url_of(self, database: str, user: str = USER) -> str:
        return f"postgresql+psycopg://{user}@/{database}?host={quote(str(self.socket_folder))}"

    @property
    def owned(self) -> bool:
        return self.process is not None

    def stop(self) -> None:
        """End the server cleanly and let the next owner in. Calling it twice does no harm."""
        if self.process is not None:
            _end(self.process)
            self.process = None
            _forget_socket_folder(self)
        if self.lock is not None:
            self.lock.close()
            self.lock = None

    def __enter__(self) -> EmbeddedPostgres:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    home: Path,
    log: Say = print,
    *,
    alone: bool = False,
    durable: bool = True,
    elsewhere: Path = Path("/var/lib"),
) -> EmbeddedPostgres:
    """The PostgreSQL of the instance in `home`, started unless another process runs it already.

    `alone` refuses to share it. `durable=False` is for tests only. `elsewhere` is where root's data go
    when the account that PostgreSQL runs as cannot reach `home`.
    """
    if os.name != "posix":
        raise PostgresTrouble(
            "The built-in PostgreSQL runs on Linux and macOS; name a database in DATABASE_URL."
        )
    place = find_place(home.absolute(), elsewhere)
    lock = _take_lock(place)
    if lock is None:
        if alone:
            raise PostgresTrouble(f"Heed is already running in {home}.")
        return _join(place)
    try:
        stop_leftover(place.data, GOODBYE, log)
        if not place.data.exists():
            log("Making the database (once).")
            _make_data(place, durable)
        _check_version(place)
        return _run(place, lock, log, DURABLE if durable else FORGETFUL)
    except BaseException:
        lock.close()
        raise


def _take_lock(place: Place) -> IO[str] | None:
    lock = (place.notes / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _join(place: Place) -> EmbeddedPostgres:
    """Use the server that another process owns, once it is ready."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        note = read_note(place.data)
        if note is not None and note.ready:
            return EmbeddedPostgres(note.socket_folder, place)
        time.sleep(0.1)
    raise PostgresTrouble("Another process holds this instance's database and does not get it ready.")


def _make_data(place: Place, durable: bool) -> None:
    """Make the data whole beside their place, then move them in, so that a kill half way leaves nothing."""
    draft = place.base / f"data-{os.getpid()}"
    if draft.exists():
        shutil.rmtree(draft)
    place.account.own(draft)
    command = [
        str(place.program / "initdb"),
        *("-D", str(draft), "-U", USER, "-E", "UTF8"),
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *("--auth-local=peer", "--auth-host=reject"),
    ]
    if not durable:
        command.append("--no-sync")
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd="/",
        env=_surroundings(),
        user=place.account.user,
        group=place.account.group,
        extra_groups=place.account.extra_groups,
    )
    if done.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise PostgresTrouble(f"The database could not be made: {_last_line(done.stdout)}")
    draft.rename(place.data)


def _let_in_ourselves_only(place: Place) -> list[str]:
    """Whoever starts Heed may connect, as the owner or to serve; nobody else may at all. The kernel says who asks.

    The rules lie outside the data, where the account that the server runs as cannot change them.
    """
    names = dict.fromkeys([our_name(), place.account.name])
    rules = place.base / "pg_hba.conf"
    rules.write_text("local all all peer map=heed\n")
    map_of_names = place.base / "pg_ident.conf"
    map_of_names.write_text(
        "".join(f'heed "{name}" {user}\n' for name in names for user in (USER, SERVING_USER))
    )
    for file in (rules, map_of_names):
        file.chmod(0o600 if place.account.switch is None else 0o644)
    return ["-c", f"hba_file={rules}", "-c", f"ident_file={map_of_names}"]


def _check_version(place: Place) -> None:
    version = (place.data / "PG_VERSION").read_text().strip()
    if version != POSTGRES_VERSION:
        raise PostgresTrouble(
            f"The data in {place.data} are of PostgreSQL {version}, and this Heed brings {POSTGRES_VERSION}; "
            "docs/operate.md says how to move them."
        )


def _run(place: Place, lock: IO[str], log: Say, durability: dict[str, str]) -> EmbeddedPostgres:
    socket_folder = make_socket_folder(place)
    settings = SETTINGS | durability | {"unix_socket_directories": str(socket_folder), "port": str(PORT)}
    command = [str(place.program / "postgres"), "-D", str(place.data)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    command += _let_in_ourselves_only(place)
    words_at_start = place.notes / "start.log"
    with words_at_start.open("wb") as output:
        process = subprocess.Popen(  # from the main thread: see lifeline
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=_surroundings(),
            start_new_session=True,
            preexec_fn=lifeline(signal.SIGINT),
            user=place.account.user,
            group=place.account.group,
            extra_groups=place.account.extra_groups,
        )
    server = EmbeddedPostgres(socket_folder, place, process, lock)
    try:
        _wait_until_ready(server, words_at_start, log)
        _make_database(server)
        _make_serving_login(server)
    except BaseException:
        server.stop()
        raise
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return server


def _wait_until_ready(server: EmbeddedPostgres, words_at_start: Path, log: Say) -> None:
    started = time.monotonic()
    next_word = started + 5
    while True:
        if server.process is None or server.process.poll() is not None:
            raise PostgresTrouble(
                f"The database did not start: {_reason(server.place.data / 'log', words_at_start)}"
            )
        note = read_note(server.place.data)
        if note is not None and note.pid == server.process.pid and note.ready:
            return
        now = time.monotonic()
        if now - started > PATIENCE:
            raise PostgresTrouble(f"The database was not ready after {PATIENCE:.0f} seconds.")
        if now > next_word:
            log(f"The database is still getting ready ({now - started:.0f} s).")
            next_word = now + 5
        time.sleep(0.02)


def _make_database(server: EmbeddedPostgres) -> None:
    folder = str(server.socket_folder)
    with psycopg.connect(host=folder, user=USER, dbname="postgres", autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _make_serving_login(server: EmbeddedPostgres) -> None:
    """An instance that an older Heed made gets it at its next start."""
    with psycopg.connect(host=str(server.socket_folder), user=USER, dbname="postgres") as connection:
        found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [SERVING_USER]).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOINHERIT").format(sql.Identifier(SERVING_USER)))


def _end(process: subprocess.Popen[bytes]) -> None:
    """A fast shutdown ends what is running and loses no commit; if that hangs, an immediate one."""
    for goodbye in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(goodbye)
        try:
            process.wait(GOODBYE)
        except subprocess.TimeoutExpired:
            continue
        return


def _forget_socket_folder(server: EmbeddedPostgres) -> None:
    made_for_this_run = server.socket_folder.parent != server.place.base
    if made_for_this_run:
        shutil.rmtree(server.socket_folder, ignore_errors=True)


def _surroundings() -> dict[str, str]:
    """Nothing of ours reaches the server through its environment but where to find programs."""
    return {"PATH": os.environ.get("PATH") or os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _reason(logs: Path, words_at_start: Path) -> str:
    """Why the server ended: the last thing it called fatal, here or in its own log."""
    newest = max(logs.glob("*.log"), key=lambda log: log.stat().st_mtime, default=words_at_start)
    lines = [
        line for log in (words_at_start, newest) for line in log.read_text(errors="replace").splitlines()
    ]
    fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
    return _last_line("\n".join(fatal or lines))


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
