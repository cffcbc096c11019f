"""Sending what a fortnight without signal left on a phone, on a slow phone with a weak signal.

    python3 -m bench.drain [--entries 10000] [--slowdown 4]

A worker's phone holds entries that were written without signal, sealed, each with its readable copy. Signal returns.
How many go in a second, how long a tap waits meanwhile, and how much memory the page takes. The network is what
Chromium makes of 1.6 Mbit/s down, 750 kbit/s up and 150 ms.
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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask_migrate
from playwright.sync_api import CDPSession, Page, sync_playwright
from werkzeug.serving import make_server

from bench.first_fetch import CONCERN_IN, WATCH, WEAK
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
from tests.people import PASSWORD, Provider, Written

WORKERS = (("amina", "Amina Yusuf", Role.WORKER),)
SERVICES = (("north", "Meadow North", "homecare", "england-and-wales"),)
PEOPLE = tuple((f"person{number}", f"Person {number}", "north") for number in range(20))
#: Remembers the data key when the app uses it, so that readable copies can be made as the app makes them.
HOLD_KEY = """(() => {
    const { encrypt } = SubtleCrypto.prototype
    SubtleCrypto.prototype.encrypt = function (how, key, ...rest) {
        if (how.name === "AES-GCM" && how.additionalData) window.dataKey = key
        return encrypt.call(this, how, key, ...rest)
    }
})()"""
FILL = """async rows => {
    const text = new TextEncoder()
    const made = await Promise.all(rows.map(async ({ item, copy, key, rank, savedAt, worker, provider, place }) => {
        const iv = crypto.getRandomValues(new Uint8Array(12))
        const additionalData = text.encode(`${worker}|entry|${key}`)
        const plain = text.encode(JSON.stringify(copy))
        const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, window.dataKey, plain)
        return [
            {
                key, worker, provider, rank, savedAt, item,
                writtenBy: "Amina", toHandIn: rank, refusals: 0, trouble: "",
            },
            { worker, key, thread: key, place, effect: null, words: "", box: { iv, sealed } },
        ]
    }))
    await new Promise((done, fail) => {
        const opening = indexedDB.open("heed")
        opening.onsuccess = () => {
            const commit = opening.result.transaction(["outbox", "entry"], "readwrite")
            for (const [waiting, copy] of made) {
                commit.objectStore("outbox").put(waiting)
                commit.objectStore("entry").put(copy)
            }
            commit.onerror = () => fail(commit.error)
            commit.oncomplete = () => { opening.result.close(); done() }
        }
    })
}"""
TELL = """() => ["outbox", "entry"].forEach(change => new BroadcastChannel("heed").postMessage(change))"""
COUNT = """() => new Promise(done => {
    const opening = indexedDB.open("heed")
    opening.onsuccess = () => {
        const asked = opening.result.transaction("outbox").objectStore("outbox").count()
        asked.onsuccess = () => { opening.result.close(); done(asked.result) }
    }
})"""


@dataclass
class Seen:
    """What was seen while it drained. Seconds and bytes."""

    seconds: float = 0
    taps: int = 0
    longest_tap: float = 0
    longest_pause: float = 0
    memory: float = 0


def main() -> None:
    """Print how fast it drains, and how the app behaves meanwhile."""
    asked = _arguments()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("This needs Chromium: install it, or name one in CHROMIUM.")
    build()
    with (
        tempfile.TemporaryDirectory(prefix="heed-bench-") as folder,
        _heed(Path(folder)) as (meadow, address),
    ):
        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                str(Path(folder) / "profile"),
                executable_path=chromium,
                args=QUIET,
                viewport={"width": 360, "height": 740},
            )
            context.set_default_timeout(120_000)
            context.add_init_script(HOLD_KEY)
            seen = _drain(context.pages[0], meadow, address, asked)
            context.close()
        # It took longer than a session lasts.
        meadow.amina.sign_in()
        if (kept := len(meadow.amina.fetch())) < asked.entries:
            raise SystemExit(f"Only {kept:,} of {asked.entries:,} arrived.")
    print(f"{asked.entries:,} entries waited; all of them arrived")
    print(f"sent in                      {seen.seconds:10.1f} s, {asked.entries / seen.seconds:.0f} a second")
    print(f"the longest of {seen.taps:4} taps took {seen.longest_tap:8.2f} s")
    print(f"the longest pause            {seen.longest_pause:10.2f} s")
    print(f"memory of the page at most   {seen.memory / 1e6:10.0f} MB")
    print(f"processor slowed down {asked.slowdown:g} times; 1.6 Mbit/s down, 750 kbit/s up, 150 ms")


def _drain(page: Page, meadow: Provider, address: str, asked: argparse.Namespace) -> Seen:
    page.goto(f"{address}/#/sign-in")
    page.get_by_label("Sign-in name").fill("amina@meadow")
    page.get_by_label("Passphrase", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Hello").wait_for()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Performance.enable")
    devtools.send("Network.emulateNetworkConditions", WEAK | {"offline": True})
    page.evaluate("dispatchEvent(new Event('offline'))")
    _fill(page, meadow, asked.entries)
    page.evaluate(TELL)
    page.get_by_text(f"{asked.entries} not sent").wait_for()
    page.wait_for_timeout(5000)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": asked.slowdown})
    page.evaluate(WATCH)
    devtools.send("Network.emulateNetworkConditions", WEAK)
    page.evaluate("dispatchEvent(new Event('online'))")
    return _watch(page, devtools)


def _watch(page: Page, devtools: CDPSession) -> Seen:
    seen = Seen()
    begun = time.perf_counter()
    while page.evaluate(COUNT):
        for place, heading in (("Entries", "Entries"), ("More", "More"), ("Home", "Hello")):
            tapped = time.perf_counter()
            page.get_by_role("navigation").get_by_role("link", name=place).click()
            page.get_by_role("heading", name=heading, level=1).wait_for()
            seen.longest_tap = max(seen.longest_tap, time.perf_counter() - tapped)
            seen.taps += 1
        measured = {
            each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]
        }
        seen.memory = max(seen.memory, measured["JSHeapUsedSize"])
        page.wait_for_timeout(500)
    seen.seconds = time.perf_counter() - begun
    seen.longest_pause = page.evaluate("window.worst") / 1000
    return seen


def _fill(page: Page, meadow: Provider, count: int) -> None:
    """Put entries where the app would have put them: what waits, and the readable copy of each."""
    rng = random.Random(1)
    begin = datetime.now(UTC) - timedelta(days=14)
    for first in range(0, count, 500):
        page.evaluate(
            FILL,
            [
                _row(meadow, rng, number, begin + timedelta(days=14) * number / count)
                for number in range(first, min(first + 500, count))
            ],
        )


def _row(meadow: Provider, rng: random.Random, number: int, at: datetime) -> dict[str, Any]:
    phone, north = meadow.amina, meadow.services["north"]
    person = rng.choice(list(meadow.people.values()))
    story = " ".join(rng.choices(WORDS, k=40)).capitalize()
    is_concern = number % CONCERN_IN == 0
    if is_concern:
        answers = concern(person, what_happened=story, observed_at=at.isoformat())
        written = phone.write("concern", answers, service=north, person=person, at=at)
    else:
        written = phone.write(
            "visit-note", visit_note(person, note=story), service=north, person=person, at=at
        )
    return {
        "key": written.key,
        "worker": phone.worker,
        "provider": phone.welcome["provider"]["id"],
        "rank": 0 if is_concern else 2,
        "savedAt": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "item": written.item,
        "place": "waiting",
        "copy": _copy(written, phone.worker),
    }


def _copy(written: Written, worker: str) -> dict[str, Any]:
    body = written.body
    same = ("form", "version", "service", "person", "about", "replaces", "answers", "lang")
    return {name: body[name] for name in same} | {
        "observedAt": body["observed_at"],
        "recordedAt": body["recorded_at"],
        "receivedAt": None,
        "clockSkewMs": 0,
        "author": {"id": worker, "name": "Amina Yusuf"},
        "photos": [],
    }


@contextmanager
def _heed(folder: Path) -> Iterator[tuple[Provider, str]]:
    folder.chmod(0o711)
    with postgres.start(folder / "home", log=lambda words: None) as server:
        app = create_app(
            Config.from_environment({"HEED_HOME": str(folder / "home"), "DATABASE_URL": server.url})
        )
        with app.app_context():
            flask_migrate.upgrade()
        made = factories.make_provider(app, "meadow", "Meadow Care", SERVICES, PEOPLE, WORKERS, PASSWORD)
        web = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        try:
            yield Provider(app, handle="meadow", **made), f"http://localhost:{web.server_port}"
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
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--slowdown", type=float, default=4)
    return parser.parse_args()


if __name__ == "__main__":
    main()
