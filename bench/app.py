"""The app on a slow phone: how much JavaScript it loads at first, and how long until the list is there offline.

    python3 -m bench.app [--runs 7] [--slowdown 4]

The processor of the page is slowed down; starting the browser itself and the service worker are not. It is not a
phone.
"""

from __future__ import annotations

import argparse
import gzip
import logging
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import flask_migrate
from playwright.sync_api import CDPSession, Page, sync_playwright
from werkzeug.serving import make_server

from server import demo
from server.app import create_app
from server.config import ROOT, Config
from server.extensions import db
from server.instance import postgres
from tests.browser.device import QUIET
from tests.chromium import find_chromium

BUILT = ROOT / "pwa" / "dist"
WHO = "amina@meadow"
MARKS = """() => Object.fromEntries(performance.getEntries()
    .filter(each => ["unlocked", "list-ready", "first-contentful-paint"].includes(each.name))
    .map(each => [each.name, each.startTime]))"""


def main() -> None:
    """Print both figures."""
    asked = _arguments()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    loaded = first_load()
    total = sum(loaded.values())
    print(f"first-load JavaScript: {total:,} bytes gzipped, in {len(loaded)} files (budget 51,200)")
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("The cold start needs Chromium: install it, or name one in CHROMIUM.")
    with tempfile.TemporaryDirectory(prefix="heed-bench-") as folder, _heed(Path(folder)) as address:
        runs = list(cold_starts(chromium, address, Path(folder) / "profile", asked.runs, asked.slowdown))
    for name, took in (
        ("lock screen painted", [run["first-contentful-paint"] for run in runs]),
        ("passphrase stretched", [run["unlocked"] - run["asked"] for run in runs]),
        ("list after unlocking", [run["list-ready"] - run["unlocked"] for run in runs]),
    ):
        print(
            f"{name:22} median {median(took):6.0f} ms, worst {max(took):6.0f} ms, {len(took)} cold starts offline"
        )
    print(f"processor slowed down {asked.slowdown} times; {runs[0]['entries']:.0f} entries on the phone")


def first_load() -> dict[str, int]:
    """What the browser must load before anything is shown: each script named by the page, and what these name."""
    page = (BUILT / "index.html").read_text(encoding="utf-8")
    waiting = re.findall(r'(?:src|href)="(/assets/[^"]+\.js)"', page)
    loaded: dict[str, int] = {}
    while waiting:
        path = waiting.pop()
        if path in loaded:
            continue
        script = (BUILT / path.lstrip("/")).read_bytes()
        loaded[path] = len(gzip.compress(script, 9))
        named = re.findall(rb'(?:from|import)\s*"\./([^"]+\.js)"', script)
        waiting += [f"/assets/{name.decode()}" for name in named]
    return loaded


def cold_starts(
    chromium: str, address: str, profile: Path, runs: int, slowdown: float
) -> Iterator[dict[str, float]]:
    """Start the browser anew each time, without signal, and unlock. Times are milliseconds since the page began."""
    with sync_playwright() as playwright:

        def open_browser() -> tuple[Page, CDPSession]:
            context = playwright.chromium.launch_persistent_context(
                str(profile), executable_path=chromium, args=QUIET, viewport={"width": 360, "height": 740}
            )
            page = context.pages[0] if context.pages else context.new_page()
            return page, context.new_cdp_session(page)

        page, _ = open_browser()
        page.goto(f"{address}/#/sign-in")
        page.get_by_label("Sign-in name").fill(WHO)
        page.get_by_label("Passphrase", exact=True).fill(demo.passphrase())
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Hello").wait_for()
        page.evaluate("navigator.serviceWorker.ready")
        page.wait_for_timeout(4000)
        page.context.close()
        for _ in range(runs):
            page, session = open_browser()
            page.context.set_offline(True)
            session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
            page.goto(address)
            page.get_by_label("Passphrase", exact=True).fill(demo.passphrase())
            asked = page.evaluate("performance.now()")
            page.get_by_role("button", name="Open").click()
            page.get_by_role("heading", name="Hello").wait_for()
            page.wait_for_timeout(1500)
            marks: dict[str, float] = page.evaluate(MARKS)
            yield {**marks, "asked": asked, "entries": _entries(page)}
            page.context.close()


def _entries(page: Page) -> float:
    count: float = page.evaluate(
        """() => new Promise(done => {
            const opening = indexedDB.open("heed")
            opening.onsuccess = () => {
                const asked = opening.result.transaction("entry").objectStore("entry").count()
                asked.onsuccess = () => done(asked.result)
            }
        })"""
    )
    return count


@contextmanager
def _heed(folder: Path) -> Iterator[str]:
    folder.chmod(0o711)
    with postgres.start(folder / "home", log=lambda words: None) as server:
        config = Config.from_environment({"HEED_HOME": str(folder / "home"), "DATABASE_URL": server.url})
        app = create_app(config)
        with app.app_context():
            flask_migrate.upgrade()
        demo.load(app, datetime.now(UTC))
        web = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{web.server_port}"
        finally:
            web.shutdown()
            thread.join()
            web.server_close()
            with app.app_context():
                db.engine.dispose()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--slowdown", type=float, default=4)
    return parser.parse_args()


if __name__ == "__main__":
    main()
