"""Two commands on a fresh machine: what they make, what they say, and how they end."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from urllib.error import HTTPError

import pytest

ROOT = Path(__file__).resolve().parent.parent
DUE = ["due", "2026-12-24T18:30", "--days", "1", "--division", "england-and-wales"]
PATIENCE = 90.0


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="heed-test-"))
    folder.chmod(0o755)
    yield folder / "var"
    shutil.rmtree(folder)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def heed(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "server.commands", *words]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environ, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


class Running:
    """A `heed run` whose every word is heard."""

    def __init__(self, home: Path, port: int) -> None:
        environ = os.environ | {"HEED_HOME": str(home), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "server.commands", "run", "--no-demo"]
        self.port = port
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self.said: list[str] = []
        self.lines: Queue[str | None] = Queue()
        self.listener = Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self.lines.put(line)
        self.lines.put(None)

    def hear(self, words: str) -> str:
        """Wait until it says `words`; answers the whole line."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            line = self.lines.get(timeout=PATIENCE)
            assert line is not None, f"it ended without saying {words!r}: {''.join(self.said)}"
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError(f"it never said {words!r}: {''.join(self.said)}")

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        code = self.process.wait(60)
        self.listener.join(PATIENCE)
        assert self.process.stdout
        self.process.stdout.close()
        return code

    def healthz(self) -> tuple[int, dict[str, str]]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=10) as answer:
                return answer.status, json.load(answer)
        except HTTPError as unwell:
            with unwell:
                return unwell.code, json.load(unwell)


@contextmanager
def running(home: Path, port: int) -> Iterator[Running]:
    started = Running(home, port)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.end(signal.SIGKILL)


def of_instance(home: Path) -> list[str]:
    """Every process that belongs to the instance in `home`, by its environment or its words."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        try:
            words = (each / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            surroundings = (each / "environ").read_bytes()
        except OSError:
            continue
        if f"HEED_HOME={home}".encode() in surroundings or str(home) in words:
            found.append(words)
    return found


def wait_until_all_gone(home: Path) -> None:
    until = time.monotonic() + 30
    while of_instance(home) and time.monotonic() < until:
        time.sleep(0.1)
    assert of_instance(home) == []


def test_an_empty_heed_says_where_to_set_it_up_and_ctrl_c_ends_all_of_it(home: Path) -> None:
    with running(home, free_port()) as heed_run:
        heed_run.hear("Heed is at http://localhost:")
        link = heed_run.hear("Set it up at")
        assert re.search(r"/#/set-up/[0-9A-Z]{5}-[0-9A-Z]{5}$", link.strip())
        _, health = heed_run.healthz()
        assert health["database"] == "ok"
        assert len(of_instance(home)) >= 4
        assert heed_run.end(signal.SIGINT) == 0
    wait_until_all_gone(home)


def test_after_it_was_killed_it_starts_again_with_what_it_had(home: Path) -> None:
    port = free_port()
    with running(home, port) as first:
        link = first.hear("Set it up at")
        first.end(signal.SIGKILL)
    with running(home, port) as second:
        assert second.hear("Set it up at") == link
        assert second.end(signal.SIGTERM) == 0
    wait_until_all_gone(home)


def test_a_taken_port_is_said_before_anything_is_made(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = heed("run", HEED_HOME=str(home), PORT=str(port))
    assert done.returncode == 1
    assert (
        done.stderr
        == f"Port {port} is taken; stop what uses it, or set PORT to another, as in PORT={port + 1}.\n"
    )
    assert not home.exists()


def test_a_second_run_on_the_same_instance_is_refused(home: Path) -> None:
    with running(home, free_port()) as first:
        first.hear("Heed is at")
        done = heed("run", HEED_HOME=str(home), PORT=str(free_port()))
        assert done.returncode == 1
        assert done.stderr == f"Heed is already running in {home}.\n"
        assert first.end(signal.SIGINT) == 0


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["due", "soon", "--days", "1", "--division", "scotland"],
        ["due", "2026-12-24T18:30", "--days", "0", "--division", "scotland"],
        ["due", "2026-12-24T18:30", "--days", "1", "--division", "atlantis"],
        ["due", "2026-12-24T18:30", "--days", "1"],
        ["screen"],
        ["tick", "--now", "yesterday"],
        ["worker-add", "amina", "--name", "Amina", "--role", "worker", "--passphrase", "x"],
        ["join-code"],
        ["provider", "Meadow Care"],
        ["run", "--fast"],
    ],
    ids=" ".join,
)
def test_bad_words_get_a_sentence_and_an_exit_code(words: list[str], home: Path) -> None:
    done = heed(*words, HEED_HOME=str(home))
    assert done.returncode != 0
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert not home.exists(), "it was refused, and nothing was made"


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "web",
        "jobs",
        "tick",
        "migrate",
        "demo",
        "due",
        "screen",
        "rebuild",
        "provider",
        "worker-add",
        "join-code",
        "vapid",
    ],
)
def test_every_command_says_what_it_is_for(command: str) -> None:
    done = heed(command, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith(f"Usage: heed {command}")


def test_the_due_time_stands_alone_on_the_first_line() -> None:
    done = heed(*DUE)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "2026-12-29T17:00:00+00:00")
    assert "Boxing Day" in done.stdout


def test_start_passes_other_words_on_at_once_when_the_environment_is_made() -> None:
    command = [sys.executable, "start.py", *DUE]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines()[0] == "2026-12-29T17:00:00+00:00"
    assert time.monotonic() - started < 2


def test_two_starts_in_one_folder_wait_for_each_other() -> None:
    with (ROOT / ".start.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = subprocess.Popen(
            [sys.executable, "start.py", *DUE], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert second.stdout
        assert second.stdout.readline().startswith("Another start is at work")
    assert second.stdout.readlines()[0 if second.wait(60) == 0 else 99].startswith("2026-12-29")
    second.stdout.close()


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    copy = copy_of_checkout(tmp_path)
    no_venv = "import importlib.util as u; real = u.find_spec; "
    no_venv += "u.find_spec = lambda name, *a: None if name == 'ensurepip' else real(name, *a); "
    script = f"{no_venv} import start; start.main(['vapid'])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=copy, env={"PATH": "", "HOME": ""}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "sudo apt install python3-venv" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.volume
def test_a_fresh_checkout_starts_with_nothing_but_python(tmp_path: Path) -> None:
    copy = copy_of_checkout(tmp_path)
    nothing = {"PATH": "", "HOME": ""}
    started = time.monotonic()
    first = subprocess.run(
        [sys.executable, "start.py", *DUE], cwd=copy, env=nothing, capture_output=True, text=True
    )
    assert "2026-12-29T17:00:00+00:00" in first.stdout.splitlines(), first.stderr
    built = subprocess.run(
        [copy / ".venv" / "bin" / "python", "-m", "server.instance.app_build"],
        cwd=copy,
        env=nothing,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    assert (copy / "pwa" / "dist" / "index.html").exists()
    assert time.monotonic() - started < 180


def copy_of_checkout(folder: Path) -> Path:
    """What git would hand to somebody else, as it stands."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    copy = folder / "heed"
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    return copy
