"""The PostgreSQL that Heed brings along keeps what it acknowledged, keeps to itself, and goes when told."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from server.instance import postgres, postgres_place
from server.instance.postgres import EmbeddedPostgres, PostgresTrouble
from server.instance.postmaster import read_note

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534

#: An owner that commits one row after another and says so each time, until somebody kills it.
WRITER = """
import sys
from pathlib import Path
import psycopg
from server.instance import postgres
server = postgres.start(Path(sys.argv[1]), log=lambda words: None)
with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS kept (number int PRIMARY KEY)")
    number = connection.execute("SELECT coalesce(max(number), 0) FROM kept").fetchone()[0]
    while True:
        number += 1
        connection.execute("INSERT INTO kept VALUES (%s)", [number])
        print(number, flush=True)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user may enter, as a checkout in /srv or in somebody's home would be."""
    made = Path(tempfile.mkdtemp(prefix="heed-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def home(folder: Path) -> Path:
    return folder / "var"


def tell(server: EmbeddedPostgres, order: str) -> None:
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(order.encode())


def ask(server: EmbeddedPostgres, question: str) -> Any:
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row
    return row[0]


def quietly(home: Path, **options: Any) -> EmbeddedPostgres:
    return postgres.start(home, log=lambda words: None, **options)


def modes_and_owners(paths: list[Path]) -> dict[Path, tuple[int, int, int]]:
    return {path: (path.stat().st_mode, path.stat().st_uid, path.stat().st_gid) for path in paths}


def eventually(true: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False


def gone(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True
    return status.rpartition(")")[2].split()[0] == "Z"


def write_until(home: Path, enough: int) -> tuple[subprocess.Popen[str], int]:
    """An owner at work that has acknowledged at least `enough` rows."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout
    acknowledged = 0
    while acknowledged < enough:
        acknowledged = int(writer.stdout.readline())
    return writer, acknowledged


def last_word(writer: subprocess.Popen[str], acknowledged: int) -> int:
    """What a killed writer had acknowledged in the end."""
    assert writer.stdout
    numbers = [int(line) for line in writer.stdout if line.endswith("\n")]
    writer.wait()
    writer.stdout.close()
    return max([acknowledged, *numbers])


def test_the_database_is_there_again_after_it_was_stopped(home: Path) -> None:
    with quietly(home) as server:
        tell(server, "CREATE TABLE kept AS SELECT 42 AS number")
    with quietly(home) as server:
        assert ask(server, "SELECT number FROM kept") == 42


def test_every_commit_reaches_the_disk_before_it_is_acknowledged(home: Path) -> None:
    with quietly(home) as server:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert ask(server, f"SHOW {setting}") == "on", setting


def test_it_listens_on_a_private_socket_and_nowhere_else(home: Path) -> None:
    with quietly(home) as server:
        assert ask(server, "SHOW listen_addresses") == ""
        assert server.socket_folder.stat().st_mode & 0o777 == 0o700
        socket = server.socket_folder / ".s.PGSQL.5432"
        assert socket.stat().st_mode & 0o777 == 0o700
        assert server.place.data.stat().st_mode & 0o777 == 0o700


def test_what_people_wrote_does_not_reach_the_log(home: Path) -> None:
    with quietly(home) as server:
        tell(server, "CREATE TABLE entry (words text PRIMARY KEY)")
        tell(server, "INSERT INTO entry VALUES ('Mrs Whitcombe has a bruise')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            tell(server, "INSERT INTO entry VALUES ('Mrs Whitcombe has a bruise')")
    # Only now has everything that it had to say been written.
    logs = b"".join(path.read_bytes() for path in (server.place.data / "log").iterdir())
    assert b"entry_pkey" in logs
    assert b"Whitcombe" not in logs


def test_a_second_process_shares_it_and_does_not_stop_it(home: Path) -> None:
    with quietly(home) as owner:
        with quietly(home) as guest:
            assert not guest.owned
            assert guest.url == owner.url
        assert ask(owner, "SELECT 1") == 1


def test_a_second_owner_is_refused_in_one_sentence(home: Path) -> None:
    with quietly(home), pytest.raises(PostgresTrouble, match=r"^Heed is already running in .*\.$"):
        quietly(home, alone=True)


def test_two_instances_run_side_by_side(folder: Path) -> None:
    with quietly(folder / "one") as one, quietly(folder / "two") as two:
        tell(one, "CREATE TABLE only_here ()")
        assert ask(two, "SELECT to_regclass('only_here')") is None


def test_no_folder_that_was_there_before_is_changed(folder: Path) -> None:
    inner = folder / "closed" / "inner"
    inner.mkdir(parents=True, mode=0o750)
    (folder / "closed").chmod(0o755)
    before = modes_and_owners([inner, *inner.parents, ROOT, ROOT / "server"])
    with quietly(inner / "var") as server:
        assert ask(server, "SELECT 1") == 1
    assert modes_and_owners(list(before)) == before
    shutil.rmtree(server.place.base)


def test_a_long_path_gets_a_short_socket_folder_that_goes_with_the_server(folder: Path) -> None:
    deep = folder / ("long" * 20) / ("longer" * 15)
    deep.mkdir(parents=True)
    with quietly(deep / "var") as server:
        assert ask(server, "SELECT 1") == 1
        short = server.socket_folder
        assert short.stat().st_mode & 0o777 == 0o700
    assert not short.exists()


def test_it_goes_when_its_owner_is_killed_and_loses_nothing(home: Path) -> None:
    writer, acknowledged = write_until(home, 50)
    note = read_note(home / "postgres" / "data")
    assert note
    writer.kill()
    acknowledged = last_word(writer, acknowledged)
    assert eventually(lambda: gone(note.pid)), "the server outlived its owner"
    with quietly(home) as server:
        assert ask(server, "SELECT count(*) = max(number) FROM kept") is True
        assert ask(server, "SELECT max(number) FROM kept") >= acknowledged


def test_it_recovers_when_everything_is_killed_at_once(home: Path) -> None:
    data = home / "postgres" / "data"
    for enough in (40, 90):
        writer, acknowledged = write_until(home, enough)
        note = read_note(data)
        assert note
        os.kill(note.pid, signal.SIGSTOP)  # so that it cannot shut down in peace when its owner goes
        writer.kill()
        os.kill(note.pid, signal.SIGKILL)
        acknowledged = last_word(writer, acknowledged)
        with quietly(home) as server:
            assert ask(server, "SELECT max(number) FROM kept") >= acknowledged


def test_a_server_that_was_left_behind_is_stopped_first(home: Path) -> None:
    first = quietly(home)
    tell(first, "CREATE TABLE kept AS SELECT 7 AS number")
    assert first.process
    assert first.lock
    first.lock.close()  # as if the owner were gone and the kernel had not told the server
    said: list[str] = []
    with postgres.start(home, log=said.append) as second:
        assert first.process.wait(10) is not None
        assert ask(second, "SELECT number FROM kept") == 7
    assert any("left behind" in words for words in said)


def test_a_note_that_names_some_other_program_does_not_keep_it_from_starting(home: Path) -> None:
    quietly(home).stop()
    note = home / "postgres" / "data" / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{note.parent}\n0\n5432\n/nowhere\n\n\nready\n")
    with quietly(home) as server:
        assert ask(server, "SELECT 1") == 1


def test_data_of_another_version_are_left_alone(home: Path) -> None:
    quietly(home).stop()
    version = home / "postgres" / "data" / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(PostgresTrouble, match="are of PostgreSQL 15"):
        quietly(home)
    assert version.read_text() == "15\n"


def test_making_the_database_can_be_killed_half_way(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "run", killed)
        with pytest.raises(KeyboardInterrupt):
            quietly(home)
    assert not (home / "postgres" / "data").exists()
    with quietly(home) as server:
        assert ask(server, "SELECT 1") == 1


@pytest.mark.as_root
def test_root_runs_it_as_an_account_without_rights(home: Path) -> None:
    with quietly(home) as server:
        assert server.process
        status = Path(f"/proc/{server.process.pid}/status").read_text()
        uids = set(re.findall(r"^Uid:\s+(.*)$", status, re.M)[0].split())
        groups = re.findall(r"^Groups:[ \t]*(.*)$", status, re.M)[0].split()
    assert "0" not in uids
    assert groups == []


@pytest.mark.as_root
def test_root_s_closed_home_stays_closed_and_its_data_lie_elsewhere(folder: Path) -> None:
    closed, elsewhere = folder / "root", folder / "lib"
    closed.mkdir(mode=0o700)
    elsewhere.mkdir(mode=0o755)
    before = modes_and_owners([closed, *closed.parents, elsewhere])
    with quietly(closed / "var", elsewhere=elsewhere) as server:
        tell(server, "CREATE TABLE kept AS SELECT 7 AS number")
        assert elsewhere in server.place.data.parents
    with quietly(closed / "var", elsewhere=elsewhere) as server:
        assert ask(server, "SELECT number FROM kept") == 7
    assert modes_and_owners(list(before)) == before


@pytest.mark.as_root
def test_data_elsewhere_that_are_gone_are_not_replaced_by_empty_ones(folder: Path) -> None:
    closed, elsewhere = folder / "root", folder / "lib"
    closed.mkdir(mode=0o700)
    elsewhere.mkdir(mode=0o755)
    quietly(closed / "var", elsewhere=elsewhere).stop()
    shutil.rmtree(elsewhere)
    with pytest.raises(PostgresTrouble, match="that folder is gone"):
        quietly(closed / "var", elsewhere=elsewhere)


@pytest.mark.as_root
def test_an_ordinary_user_runs_one_beside_root_s(folder: Path) -> None:
    theirs = folder / "theirs"
    theirs.mkdir(mode=0o700)
    os.chown(theirs, NOBODY, NOBODY)
    with quietly(folder / "var"):
        assert as_nobody(lambda: start_and_ask(theirs / "var"), folder) == 0
    assert (theirs / "var" / "postgres" / "data").stat().st_uid == NOBODY


def start_and_ask(home: Path) -> None:
    with quietly(home) as server:
        assert ask(server, "SELECT 1") == 1
    with quietly(home) as server:
        assert ask(server, "SELECT 1") == 1


def as_nobody(act: Callable[[], None], folder: Path) -> int:
    """Do it in a process of an ordinary user. Root's own Python may be out of that user's reach, so it is
    this very process that becomes one, with everything it needs already loaded.
    """
    program = folder / "program"
    postgres_place.copy_program(postgres_place.wheel(), program)
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        sys.path.insert(0, str(program))
        act()
        code = 0
    finally:
        os._exit(code)
    return code
