#!/usr/bin/env python3
"""Start Heed with nothing but Python 3.11 or newer.

    python3 start.py            make what is missing, then run Heed with a demo provider
    python3 start.py test       install what tests need, then run them (with --all: those that take minutes)
    python3 start.py COMMAND    any other command of Heed; `python3 start.py --help` lists them

The first start needs the internet and takes about a minute. Everything it makes lies in this folder: `.venv`
(the environment), `pwa/node_modules` and `pwa/dist` (the app), `var` (the instance: database, photos, keys).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from server.instance.step import run_step

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "made-from"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

#: What stands next to Heed itself in the environment: to build the app, and to test everything.
TO_RUN, TO_TEST = "app", "test"

NO_VENV = (
    "This Python cannot make environments, because its venv module is missing. On Debian or Ubuntu run:\n"
    "    sudo apt install python3-venv\n"
    "or install uv (https://docs.astral.sh/uv/) and start again."
)


def main(words: list[str]) -> None:
    """Make what is missing, then become the command that was asked for."""
    if tuple(sys.version_info) < (3, 11):
        sys.exit(f"Heed needs Python 3.11 or newer, and this is {sys.version.split()[0]}.")
    testing = words[:1] == ["test"]
    with one_at_a_time():
        make_environment(TO_TEST if testing else TO_RUN)
        if not words or words[0] == "run":
            build_app()
    if testing:
        become(["-m", "tests.everything", *words[1:]], folder=ROOT)
    become(["-m", "server.commands", *(words or ["run"])])


def make_environment(need: str) -> None:
    """Install Heed and what it needs into `.venv`, unless that was done from the same list before."""
    wanted = f"{ROOT}\n{hashlib.sha256((ROOT / 'pyproject.toml').read_bytes()).hexdigest()}\n"
    made = STAMP.read_text() if STAMP.exists() else ""
    if made.startswith(wanted) and need in made.split() and PYTHON.exists():
        return
    fresh = not made.startswith(f"{ROOT}\n") or not works()
    needs = {need, TO_RUN} | ({TO_TEST} if TO_TEST in made.split() else set())
    project = f"{ROOT}[{','.join(sorted(needs))}]"
    uv = shutil.which("uv")
    make_with_uv = [uv or "", "venv", "--allow-existing", "--python", sys.executable, str(ENVIRONMENT)]
    if uv and (not fresh or run_step("Making the environment", make_with_uv, ROOT)):
        install = [uv, "pip", "install", "--python", str(PYTHON), "--editable", project]
    else:
        if fresh or not PYTHON.with_name(f"pip{PYTHON.suffix}").exists():
            make_with_venv()
        quietly = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
        install = [str(PYTHON), "-m", "pip", "install", *quietly, "--editable", project]
    if not run_step("Installing what Heed needs (once, about a minute)", install, ROOT):
        sys.exit("That did not work. Is the internet there? Start again to try again.")
    STAMP.write_text(f"{wanted}{' '.join(sorted(needs))}\n")


def works() -> bool:
    """Is there an environment whose Python runs? The Python that it was made with may have been removed."""
    if not PYTHON.exists():
        return False
    return subprocess.run([str(PYTHON), "-c", ""], capture_output=True, check=False).returncode == 0


def make_with_venv() -> None:
    if any(importlib.util.find_spec(module) is None for module in ("venv", "ensurepip")):
        sys.exit(NO_VENV)
    make = [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)]
    if not run_step("Making the environment", make, ROOT):
        sys.exit(NO_VENV)


def build_app() -> None:
    """Build the app if it changed; says itself what it does."""
    if subprocess.run([str(PYTHON), "-m", "server.instance.app_build"], cwd=ROOT, check=False).returncode:
        sys.exit(1)


def become(arguments: list[str], folder: Path | None = None) -> None:
    """Let this process become the command, so that Ctrl-C and its exit code are the command's own."""
    if folder:
        os.chdir(folder)
    sys.stdout.flush()
    if os.name == "nt":
        sys.exit(subprocess.run([str(PYTHON), *arguments], check=False).returncode)
    os.execv(PYTHON, [str(PYTHON), *arguments])


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two starts in one folder do not make the environment at the same time."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    try:
        lock = (ROOT / ".start.lock").open("a")
    except PermissionError:
        sys.exit(f"This user may not write in {ROOT}; make a checkout of your own.")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another start is at work in this folder; waiting for it ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit("Stopped.")
