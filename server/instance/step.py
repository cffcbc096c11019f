"""A step that may take long: whoever waits is told that it goes on, and what it said only if it failed.

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

WORD_EVERY = 5.0
SHOWN_ON_FAILURE = 20
WIDTH = 90


def run_step(
    title: str, command: Sequence[str], folder: Path, environ: Mapping[str, str] | None = None
) -> bool:
    """Run a step and say how it is going. Answers whether it went well."""
    print(f"{title} ...", flush=True)
    started = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as step:
        said: list[str] = []
        ended = threading.Event()
        watcher = threading.Thread(target=_say_that_it_goes_on, args=(said, started, ended), daemon=True)
        watcher.start()
        for line in step.stdout or ():
            said.append(line.strip())
    ended.set()
    watcher.join()
    if step.returncode:
        print("\n".join(said[-SHOWN_ON_FAILURE:]), file=sys.stderr, flush=True)
        return False
    print(f"  done in {time.monotonic() - started:.0f} s", flush=True)
    return True


def _say_that_it_goes_on(said: list[str], started: float, ended: threading.Event) -> None:
    while not ended.wait(WORD_EVERY):
        last = said[-1][:WIDTH] if said else ""
        print(f"  {time.monotonic() - started:3.0f} s  {last}".rstrip(), flush=True)
