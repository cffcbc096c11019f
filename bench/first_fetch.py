"""A new phone's first fetch of a whole service, on a slow phone with a weak signal.

    python3 -m bench.first_fetch [--entries 10000] [--people 60] [--slowdown 4]

A manager signs in on a phone that has nothing yet. How long until what waits for somebody is on the screen and answers
a tap, and until everything is there. The network is what Chromium makes of 1.6 Mbit/s down, 750 kbit/s up and 150 ms.
"""

from __future__ import annotations

import argparse
import logging
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from bench.phones import WORDS
from server.app import create_app
from server.config import Config
from server.domain.role import Role
from server.extensions import db
from server.instance import postgres
from server.instance.app_build import build
from tests import factories
from tests.answers import concern, visit_note
from tests.browser.device import QUIET
from tests.chromium import find_chromium
from tests.people import PASSWORD, Provider

#: Bytes a second and milliseconds, as Chromium wants them.
WEAK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
WORKERS = (("amina", "Amina Yusuf", Role.WORKER), ("carol", "Carol Hughes", Role.REGISTERED_MANAGER))
SERVICES = (("north", "Meadow North", "homecare", "england-and-wales"),)
#: One concern in so many entries; nobody has decided about any.
CONCERN_IN = 50
#: The longest time in which the page did not get round to a timer, in milliseconds: a tap waits as long.
WATCH = """() => {
    window.worst = 0
    let last = performance.now()
    setInterval(() => {
        const now = performance.now()
        window.worst = Math.max(window.worst, now - last - 50)
        last = now
    }, 50)
}"""
COUNT = """() => new Promise(done => {
    const opening = indexedDB.open("heed")
    opening.onsuccess = () => {
        const asked = opening.result.transaction("entry").objectStore("entry").count()
        asked.onsuccess = () => { opening.result.close(); done(asked.result) }
    }
})"""


def main() -> None:
    """Print how long each step took."""
    asked = _arguments()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("This needs Chromium: install it, or name one in CHROMIUM.")
    build()
    with (
        tempfile.TemporaryDirectory(prefix="heed-bench-") as folder,
        _heed(Path(folder), asked) as (address, size),
    ):
        print(f"{asked.entries:,} entries about {asked.people} people; all of it packed: {size:,} bytes")
        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                str(Path(folder) / "profile"),
                executable_path=chromium,
                args=QUIET,
                viewport={"width": 360, "height": 740},
            )
            for words, seconds in _first_fetch(context.pages[0], address, asked).items():
                print(f"{words:44}{seconds:8.1f} s")
            context.close()
    print(f"processor slowed down {asked.slowdown:g} times; 1.6 Mbit/s, 150 ms")


def _first_fetch(page: Page, address: str, asked: argparse.Namespace) -> dict[str, float]:
    page.goto(f"{address}/#/sign-in")
    page.evaluate("navigator.serviceWorker.ready")
    page.get_by_label("Sign-in name").fill("carol@meadow")
    page.get_by_label("Passphrase", exact=True).fill(PASSWORD)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", WEAK)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": asked.slowdown})
    page.evaluate(WATCH)
    begun = time.perf_counter()
    took: dict[str, float] = {}

    def note(words: str) -> None:
        took[words] = time.perf_counter() - begun

    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Hello").wait_for(timeout=120_000)
    note("signed in, home on the screen")
    page.get_by_role("link", name="To do").first.click()
    page.locator(".queue .card, main .card").first.wait_for(timeout=120_000)
    note("what waits for somebody is on the screen")
    page.locator(".queue .card, main .card").first.click()
    page.get_by_role("button", name="I have this").first.wait_for(timeout=120_000)
    note("and a tap opens it")
    page.evaluate("window.worst = 0")
    while page.evaluate(COUNT) < asked.entries:
        page.wait_for_timeout(500)
    note("everything is there")
    page.wait_for_timeout(3000)
    took["the longest that a tap waited meanwhile"] = page.evaluate("window.worst") / 1000
    return took


@contextmanager
def _heed(folder: Path, asked: argparse.Namespace) -> Iterator[tuple[str, int]]:
    folder.chmod(0o711)
    with postgres.start(folder / "home", log=lambda words: None, durable=False) as server:
        app = create_app(
            Config.from_environment({"HEED_HOME": str(folder / "home"), "DATABASE_URL": server.url})
        )
        with app.app_context():
            flask_migrate.upgrade()
        size = _fill(app, asked)
        web = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{web.server_port}", size
        finally:
            web.shutdown()
            thread.join()
            web.server_close()
            with app.app_context():
                db.engine.dispose()


def _fill(app: Flask, asked: argparse.Namespace) -> int:
    """Write all entries over four weeks. Answers how many bytes fetching all of it takes."""
    people = tuple((f"person{number}", f"Person {number}", "north") for number in range(asked.people))
    made = factories.make_provider(app, "meadow", "Meadow Care", SERVICES, people, WORKERS, PASSWORD)
    meadow = Provider(app, handle="meadow", **made)
    rng = random.Random(1)
    start = datetime.now(UTC) - timedelta(days=28)
    for begin in range(0, asked.entries, 100):
        written = [
            _entry(meadow, rng, number, start, asked)
            for number in range(begin, min(begin + 100, asked.entries))
        ]
        meadow.amina.send(*written)
    size, cursor, more = 0, "", True
    while more:
        query = {"limit": "500"} | ({"cursor": cursor} if cursor else {})
        answer = meadow.carol.get("/api/sync/fetch", query_string=query, headers={"Accept-Encoding": "br"})
        size += len(answer.get_data())
        plain = meadow.carol.get("/api/sync/fetch", query_string=query).get_json()
        cursor, more = plain["cursor"], plain["more"]
    return size


def _entry(
    meadow: Provider, rng: random.Random, number: int, start: datetime, asked: argparse.Namespace
) -> Any:
    person = rng.choice(list(meadow.people.values()))
    at = start + timedelta(days=28) * number / asked.entries
    story = " ".join(rng.choices(WORDS, k=40))
    if number % CONCERN_IN == 0:
        answers = concern(person, what_happened=story.capitalize(), observed_at=at.isoformat())
        return meadow.amina.write("concern", answers, service=meadow.services["north"], person=person, at=at)
    note = visit_note(person, note=story)
    return meadow.amina.write("visit-note", note, service=meadow.services["north"], person=person, at=at)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--slowdown", type=float, default=4)
    return parser.parse_args()


if __name__ == "__main__":
    main()
