"""Every check there is, one after the other: `python3 start.py test`.

With arguments for pytest (a file, `-k words`) only pytest runs, with these.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from server.instance.app_build import APP, BuildTrouble, Node, build
from tests.chromium import find_or_install_chromium

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Prepare, run every check even when one failed before it, and answer 0 only if all are well."""
    chromium = find_or_install_chromium()
    if chromium is None:
        print("The browser's tests need Chromium: install it, or name one in CHROMIUM.", file=sys.stderr)
        return 1
    os.environ["CHROMIUM"] = chromium
    if "--all" in arguments:
        # Read by the app's tests, which take no arguments of ours.
        os.environ["HEED_TEST_ALL"] = "1"
    try:
        build()
        node = Node.find()
    except BuildTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    if [argument for argument in arguments if argument != "--all"]:
        return _python("pytest", *arguments)()
    # Two at a time, each with a database of its own; browsers alone, since they mind being slowed down.
    tests = _python("pytest", "-n", "2", "--dist", "loadfile", "--ignore", "tests/browser", *arguments)
    browsers = _python("pytest", "tests/browser", *arguments)
    checks: list[tuple[str, Callable[[], int]]] = [
        ("style", _python("ruff", "check", ".")),
        ("types", _python("mypy")),
        ("the app's types", _npm(node, "run", "check")),
        ("the app's tests", _npm(node, "run", "test")),
        ("tests", tests),
        ("the browser's tests", browsers),
    ]
    return _run_all(checks)


def _run_all(checks: list[tuple[str, Callable[[], int]]]) -> int:
    failed = []
    times = []
    for name, check in checks:
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        if check():
            failed.append(name)
        times.append(f"{name} {time.monotonic() - started:.0f} s")
    print(f"\n{', '.join(times)}")
    if failed:
        print(f"Not well: {', '.join(failed)}.", flush=True)
        return 1
    print("All is well.", flush=True)
    return 0


def _python(module: str, *arguments: str) -> Callable[[], int]:
    command = [sys.executable, "-m", module, *arguments]
    return lambda: subprocess.run(command, cwd=ROOT, check=False).returncode


def _npm(node: Node, *words: str) -> Callable[[], int]:
    command = node.npm_command(*words, "--silent")
    return lambda: subprocess.run(command, cwd=APP, env=node.surroundings(), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
