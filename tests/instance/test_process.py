"""The supervisor keeps its children running, and ends them all when it is told to or is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from server.instance import process
from server.instance.process import Child, ProcessTrouble, Supervisor, wait_for_port

ROOT = Path(__file__).resolve().parents[2]

#: Says its process id into a file, over and over again for each start, then waits to be ended.
SLEEPER = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); time.sleep(300)"


def sleeper(name: str, file: Path) -> Child:
    return Child(name, [sys.executable, "-c", SLEEPER, str(file)])


def starts(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def eventually(true: Callable[[], bool], seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.02)
    return False


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def while_supervised(supervisor: Supervisor, act: Callable[[], None]) -> None:
    """Run the supervisor here, as it must be, and `act` beside it; then stop as Ctrl-C does."""

    def beside() -> None:
        try:
            act()
        finally:
            os.kill(os.getpid(), signal.SIGINT)

    beside_it = threading.Thread(target=beside)
    beside_it.start()
    supervisor.run()
    beside_it.join()


def test_a_child_that_dies_is_started_again(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(os.environ, ROOT, [sleeper("jobs", tmp_path / "jobs")], log=said.append)

    def kill_it_once() -> None:
        assert eventually(lambda: len(starts(tmp_path / "jobs")) == 1)
        os.kill(starts(tmp_path / "jobs")[0], signal.SIGKILL)
        assert eventually(lambda: len(starts(tmp_path / "jobs")) == 2)

    while_supervised(supervisor, kill_it_once)
    assert len(starts(tmp_path / "jobs")) == 2
    assert said == ["The jobs process ended (killed by signal 9); starting it again in 0.5 s."]


def test_ctrl_c_ends_every_child(tmp_path: Path) -> None:
    children = [sleeper(name, tmp_path / name) for name in ("jobs", "web")]
    supervisor = Supervisor(os.environ, ROOT, children)
    while_supervised(supervisor, lambda: assert_both_started(tmp_path))
    assert not any(running(pid) for name in ("jobs", "web") for pid in starts(tmp_path / name))


def assert_both_started(folder: Path) -> None:
    assert eventually(lambda: bool(starts(folder / "jobs") and starts(folder / "web")))


def test_a_child_that_can_never_run_is_given_up_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LONGEST_PAUSE", 0.01)
    broken = Child("web", [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(ProcessTrouble, match="The web process ended 5 times as soon as it was started"):
        Supervisor(os.environ, ROOT, [broken], log=lambda words: None).run()


def test_children_go_even_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    script = f"""
        import os, sys
        from pathlib import Path
        from server.instance.process import Child, Supervisor
        sleep = [sys.executable, "-c", {SLEEPER!r}, {str(tmp_path / "web")!r}]
        Supervisor(os.environ, Path("."), [Child("web", sleep)]).run()
    """
    supervisor = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT)
    assert eventually(lambda: bool(starts(tmp_path / "web")))
    supervisor.kill()
    supervisor.wait()
    assert eventually(lambda: not running(starts(tmp_path / "web")[0])), "the child outlived its supervisor"


def test_a_port_that_is_taken_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PORT_PATIENCE", 0.2)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ProcessTrouble, match=rf"^Port {port} is taken; .*PORT={port + 1}\.$"):
            wait_for_port("127.0.0.1", port)
    wait_for_port("127.0.0.1", port)


def test_an_address_of_some_other_machine_is_refused() -> None:
    with pytest.raises(ProcessTrouble, match=r"^HEED_HOST 192\.0\.2\.1 is no address of this machine\.$"):
        wait_for_port("192.0.2.1", 8000)
