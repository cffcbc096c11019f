"""Where the time of a batch goes: in which functions of the server, and in which statements of the database.

    python3 -m bench.where [--batch 100] [--rounds 20] [--poll]

One process serves one phone, with nothing beside it. Functions are timed by the processor time of that process and
come out three to four times too slow, small ones most: read shares, not figures. Statements are timed as the server
waits for them.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import event

from bench.heed import heed, make_phones
from bench.phones import BenchPhone
from server.app import create_app
from server.extensions import db
from server.instance import postgres

WARM = 6
SHOWN = 40


def main() -> None:
    """Print the dearest functions and every statement."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="heed-where-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with postgres.start(home, log=lambda words: None) as server, heed(home, server) as running:
            phone = make_phones(running.config, running.address, 1, 1)[0]
            app = create_app(running.config)
            act = _polling(app, phone) if asked.poll else _sending(app, phone, asked.batch, asked.rounds)
            for _ in range(WARM):
                act()
            _statements(app, act, asked.rounds)
            _functions(act, asked.rounds)


def _sending(app: Flask, phone: BenchPhone, batch: int, rounds: int) -> Callable[[], None]:
    client, rng = app.test_client(), random.Random(1)
    items = iter([phone.seal(phone.note(rng)) for _ in range(batch * (WARM + 2 * rounds))])

    def send() -> None:
        said = {
            "sent_at": datetime.now(UTC).isoformat(),
            "unsent": 0,
            "items": [next(items) for _ in range(batch)],
        }
        answer = client.post("/api/sync/send", json=said, headers={"Authorization": f"Bearer {phone.token}"})
        assert answer.status_code == 200, answer.text

    return send


def _polling(app: Flask, phone: BenchPhone) -> Callable[[], None]:
    client = app.test_client()
    place = {"cursor": ""}

    def poll() -> None:
        query = {name: value for name, value in place.items() if value}
        answer = client.get(
            "/api/sync/fetch", query_string=query, headers={"Authorization": f"Bearer {phone.token}"}
        )
        place["cursor"] = answer.get_json()["cursor"]

    return poll


def _statements(app: Flask, act: Callable[[], None], rounds: int) -> None:
    took: Counter[str] = Counter()
    asked: Counter[str] = Counter()

    class Timed(psycopg.Cursor[Any]):
        """Times what goes through the driver, whoever asks it."""

        def execute(self, query: Any, *values: Any, **options: Any) -> Timed:
            begun = time.perf_counter()
            super().execute(query, *values, **options)
            short = " ".join(str(query).split())[:100]
            took[short] += time.perf_counter() - begun
            asked[short] += 1
            return self

    def time_it(connection: Any, *_: object) -> None:
        connection.cursor_factory = Timed

    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", time_it)
    for _ in range(rounds):
        act()
    event.remove(engine, "checkout", time_it)
    engine.dispose()
    print(f"{asked.total() / rounds:.1f} statements, {took.total() / rounds * 1000:.2f} ms a request")
    for short, seconds in took.most_common():
        print(f"{asked[short] / rounds:5.1f} x {seconds / rounds * 1000:8.3f} ms  {short}")


def _functions(act: Callable[[], None], rounds: int) -> None:
    profile = cProfile.Profile(time.process_time)
    profile.enable()
    for _ in range(rounds):
        act()
    profile.disable()
    pstats.Stats(profile).strip_dirs().sort_stats("tottime").print_stats(SHOWN)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--poll", action="store_true", help="an empty poll instead of a batch")
    return parser.parse_args()


if __name__ == "__main__":
    main()
