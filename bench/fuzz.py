"""Calls of every route as every role, rightly and wrongly, and whether each was answered as the interface says.

    python3 -m bench.fuzz [--calls 20000] [--processes 2] [--seed 1]

Each process has a database of its own. The same seed makes the same calls, ids and tokens apart. What is counted as
a schema break: a status, a content type, a header or a body that the OpenAPI document does not describe, and a
request that the document calls wrong and that was taken all the same.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import flask_migrate
import psycopg
from flask import Flask
from sqlalchemy.engine import make_url

from server.app import create_app
from server.config import Config
from server.extensions import db
from server.instance import postgres
from server.instance.app_build import build
from tests.fuzz.fuzzer import Tally, fuzz

#: So many calls are made with one crowd; then their process counts them and another begins.
AT_ONCE = 1000
SHOWN = 10


def main() -> None:
    """Print what came of the calls. Exits with 1 when anything was not as it should be."""
    asked = _arguments()
    build()
    whole = Tally()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="heed-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with postgres.start(home, log=lambda words: None, durable=False) as server:
            for tally in _tallies(asked, home, server.url):
                whole.add(tally)
                _show_progress(whole, asked.calls, time.monotonic() - started)
    _show(whole, asked, time.monotonic() - started)
    raise SystemExit(1 if whole.failures or whole.breaks else 0)


def _tallies(asked: argparse.Namespace, home: Path, server: str) -> Iterator[Tally]:
    parts = [min(AT_ONCE, asked.calls - begun) for begun in range(0, asked.calls, AT_ONCE)]
    # Each process is new after a while, so that nothing that a library keeps grows for ever.
    with multiprocessing.get_context("spawn").Pool(asked.processes, maxtasksperchild=10) as pool:
        work = [(home, server, calls, asked.seed * 1_000_000 + number) for number, calls in enumerate(parts)]
        yield from pool.imap_unordered(_part, work)


def _part(work: tuple[Path, str, int, int]) -> Tally:
    """Some of the calls, on this process's own database."""
    home, server, calls, chance = work
    logging.disable(logging.CRITICAL)
    return fuzz(_heed(home, server), calls, chance)


@cache
def _heed(home: Path, server: str) -> Flask:
    """Heed on a database of this process's own."""
    name = f"fuzz_{os.getpid()}"
    with psycopg.connect(server.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    # Nobody asks as fast as this; what holds back those who do has tests of its own.
    in_a_hurry = {"HEED_REQUESTS_A_SECOND": "100000"}
    settings = {"HEED_HOME": str(home / name), "DATABASE_URL": url} | in_a_hurry
    app = create_app(Config.from_environment(settings))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
    return app


def _show_progress(tally: Tally, calls: int, seconds: float) -> None:
    wrong = len(tally.failures) + len(tally.breaks)
    words = f"  {tally.calls:,} of {calls:,} calls, {tally.calls / seconds:.0f} a second, {wrong} not as described"
    print(words, file=sys.stderr, flush=True)


def _show(tally: Tally, asked: argparse.Namespace, seconds: float) -> None:
    print(f"calls          {tally.calls:,} in {seconds:,.0f} s: {tally.calls / seconds:.0f} a second", end="")
    print(f", {asked.processes} processes, seed {asked.seed}")
    print(f"routes         {len({route for route, _ in tally.routes})}")
    print(f"asked by       {', '.join(sorted(tally.askers))}")
    print(
        "statuses       "
        + ", ".join(f"{status}: {times:,}" for status, times in sorted(tally.statuses.items()))
    )
    print(f"5xx            {len(tally.failures)}")
    print(f"schema breaks  {len(tally.breaks)}")
    for told in (*tally.failures[:SHOWN], *tally.breaks[:SHOWN]):
        print(f"\n{told}")
    if asked.routes:
        for (route, status), times in sorted(tally.routes.items()):
            print(f"  {status} {times:7,}  {route}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m bench.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=20_000, help="how many calls")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 2, help="how many at the same time"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other calls")
    parser.add_argument("--routes", action="store_true", help="say what each route answered, too")
    return parser.parse_args()


if __name__ == "__main__":
    main()
