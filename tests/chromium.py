"""Finds a Chromium to test with, or installs one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ON_A_MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
DOWNLOAD_SECONDS = 300


def find_chromium() -> str | None:
    """The first Chromium that says its version, or None."""
    return next((path for path in _candidates() if _runs(path)), None)


def find_or_install_chromium() -> str | None:
    """A Chromium that is here, else Playwright's download, else Debian's package when we may install one."""
    found = find_chromium()
    if found:
        return found
    print("No Chromium here; fetching one for the tests ...", flush=True)
    if _try([sys.executable, "-m", "playwright", "install", "chromium"]):
        found = find_chromium()
    if found is None and os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's Chromium ...", flush=True)
        if _try(["apt-get", "update"]) and _try(["apt-get", "install", "--yes", "chromium"]):
            found = find_chromium()
    return found


def _candidates() -> Iterator[str]:
    named = os.environ.get("CHROMIUM")
    if named:
        yield named
    for name in NAMES:
        path = shutil.which(name)
        if path:
            yield path
    yield from (path for path in ON_A_MAC if Path(path).exists())
    downloads = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "~/.cache/ms-playwright"
    for program in ("chrome", "chrome.exe", "Chromium"):
        yield from map(str, sorted(Path(downloads).expanduser().glob(f"chromium-*/*/**/{program}")))


def _runs(path: str) -> bool:
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _try(command: list[str]) -> bool:
    environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=DOWNLOAD_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as trouble:
        print(f"  {trouble}", flush=True)
        return False
    if done.returncode:
        print("\n".join(f"  {line}" for line in done.stdout.splitlines()[-3:]), flush=True)
    return done.returncode == 0
