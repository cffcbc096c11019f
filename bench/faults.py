"""Many entries through a bad network, wrong clocks, ended sessions, killed servers and restores: how many are lost?

    python3 -m bench.faults [--entries 100000] [--faults 10000] [--seed 1] [--processes 2]

The entries are written in worlds of their own, one after the other, each with a new database: seven people's phones
and one server, as in `tests/simulation`. The same seed makes the same worlds, ids and keys apart. Whatever is lost,
doubled or otherwise not as it must be makes this exit with 1.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import flask_migrate
import psycopg
import time_machine
from flask import Flask
from sqlalchemy.engine import make_url

from server.app import create_app
from server.config import Config
from server.extensions import db
from server.instance import postgres
from tests.quick_passwords import quick_passwords
from tests.simulation.long_storm import MIX, PHOTOS, WRITERS, LongStorm, Told, in_a_hurry
from tests.simulation.versions import publish_more_versions
from tests.simulation.world import World

#: So many entries are written in one world.
IN_ONE_WORLD = 5_000
TEMPLATE = "storm_template"
SHOWN = 10
BEGIN = datetime(2026, 11, 2, 8, tzinfo=UTC)


def main() -> None:
    """Print what came of it. Exits with 1 when anything was lost or doubled."""
    asked = _arguments()
    whole = Told()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="heed-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with postgres.start(home, log=lambda words: None, durable=False) as server:
            _make_template(home, server.url)
            for told in _worlds(asked, home, server.url):
                whole.add(told)
                _show_progress(whole, asked.entries, time.monotonic() - started)
    _show(whole, asked, time.monotonic() - started)
    raise SystemExit(1 if whole.lost or whole.doubled or whole.broken else 0)


def _worlds(asked: argparse.Namespace, home: Path, server: str) -> Iterator[Told]:
    sizes = [min(IN_ONE_WORLD, asked.entries - begun) for begun in range(0, asked.entries, IN_ONE_WORLD)]
    work = [
        (home, server, size, -(-asked.faults * size // asked.entries), asked.seed * 1_000_000 + number)
        for number, size in enumerate(sizes)
    ]
    with multiprocessing.get_context("spawn").Pool(asked.processes, maxtasksperchild=10) as pool:
        yield from pool.imap_unordered(_world, work)


def _world(work: tuple[Path, str, int, int, int]) -> Told:
    """One world, lived through on this process's own database."""
    home, server, entries, faults, seed = work
    logging.disable(logging.CRITICAL)
    app, address = _heed(home, server)
    own = str(make_url(address).database)
    with app.app_context():
        db.engine.dispose()
    _run(server, f"DROP DATABASE IF EXISTS {own} WITH (FORCE)", f"CREATE DATABASE {own} TEMPLATE {TEMPLATE}")
    with quick_passwords(), time_machine.travel(BEGIN, tick=True) as clock:
        world = World(app, address, clock, in_a_hurry, WRITERS, MIX, PHOTOS)
        try:
            return LongStorm(world, entries, faults, seed).run()
        finally:
            world.close()


@cache
def _heed(home: Path, server: str) -> tuple[Flask, str]:
    """Heed on a database of this process's own, made once."""
    name = f"storm_{os.getpid()}_{secrets.token_hex(2)}"
    address = _address(server, name)
    app = create_app(Config.from_environment({"HEED_HOME": str(home / name), "DATABASE_URL": address}))
    app.testing = True
    publish_more_versions(app)
    return app, address


def _make_template(home: Path, server: str) -> None:
    _run(server, f"CREATE DATABASE {TEMPLATE}")
    names = {"HEED_HOME": str(home / TEMPLATE), "DATABASE_URL": _address(server, TEMPLATE)}
    app = create_app(Config.from_environment(names))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


def _address(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _run(server: str, *statements: str) -> None:
    with psycopg.connect(server.replace("+psycopg", "", 1), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _show_progress(told: Told, entries: int, seconds: float) -> None:
    words = f"  {told.entries:,} of {entries:,} entries, {told.entries / seconds:.0f} a second"
    words += f", {told.faults.total():,} faults, {told.lost} lost, {told.doubled} doubled, {len(told.broken)} broken"
    words += f"; {(entries - told.entries) * seconds / told.entries:,.0f} s to go"
    print(words, file=sys.stderr, flush=True)


def _show(told: Told, asked: argparse.Namespace, seconds: float) -> None:
    print(f"entries  {told.entries:,} in {seconds:,.0f} s: {told.entries / seconds:.0f} a second", end="")
    print(f", {asked.processes} processes, seed {asked.seed}")
    print(f"faults   {told.faults.total():,}")
    for kind, times in told.faults.most_common():
        print(f"         {times:9,}  {kind}")
    print(f"lost     {told.lost}")
    print(f"doubled  {told.doubled}")
    print(f"held     {told.held:,} in quarantine, each once; {told.photos:,} photos here")
    for words in told.broken[:SHOWN]:
        print(f"broken   {words}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m bench.faults", description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=100_000, help="how many entries are written")
    parser.add_argument("--faults", type=int, default=10_000, help="how many requests go wrong")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other worlds")
    parser.add_argument(
        "--processes", type=int, default=os.cpu_count() or 2, help="how many worlds at the same time"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
