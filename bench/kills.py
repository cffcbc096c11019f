"""A phone that is killed again and again while somebody writes on it: is anything lost, or there twice?

    python3 -m bench.kills [--times 200] [--seed 1]

A real Chromium stops for ever at a hook that chance chooses: before and after each write into its database, after
each commit, before each request and after each answer. Then it is killed, started again, and what was begun is looked
for. Whatever is lost or doubled, and a draft that is more than one write behind, makes this exit with 1.
"""

from __future__ import annotations

import argparse
import logging
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from flask import Flask
from playwright.sync_api import sync_playwright

from server.app import create_app
from server.config import Config
from server.extensions import db
from server.instance import postgres
from server.instance.app_build import build
from tests.browser.device import PHONE, Device
from tests.browser.kills import Kills, Told
from tests.browser.server import Server
from tests.browser.stopping import STOPPING
from tests.chromium import find_chromium
from tests.people import meadow


def main() -> None:
    """Print what came of it. Exits with 1 when anything was lost or doubled."""
    asked = _arguments()
    logging.disable(logging.CRITICAL)
    chromium = find_chromium()
    if chromium is None:
        raise SystemExit("This needs Chromium: install it, or name one in CHROMIUM.")
    build()
    begun = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="heed-bench-") as folder,
        _heed(Path(folder)) as app,
        sync_playwright() as playwright,
    ):
        provider, server = meadow(app), Server(app)
        server.switch_on()
        phone = Device(playwright, chromium, Path(folder) / "profile", server.address, PHONE)
        try:
            phone.start(init_script=STOPPING)
            phone.sign_in(f"amina@{provider.handle}")
            kills = Kills(phone, server, app, provider.id, random.Random(asked.seed))
            told = kills.run(asked.times, lambda told: print(f"  {told}", file=sys.stderr, flush=True))
        finally:
            phone.close()
            server.switch_off()
    _show(told, time.monotonic() - begun, asked.seed)
    raise SystemExit(0 if told.all_is_well else 1)


def _show(told: Told, seconds: float, seed: int) -> None:
    print(f"kills        {told.kills} in {seconds:,.0f} s, seed {seed}")
    for moment, times in told.where.most_common():
        print(f"             {times:5}  {moment}")
    print(f"written      {told.written}")
    print(f"arrived      {told.arrived}")
    print(f"lost         {told.written - told.arrived + len(told.lost)}")
    print(f"doubled      {len(told.doubled)}")
    print(f"drafts       {told.one_behind} one write behind, {len(told.drafts_lost)} further behind or gone")
    for words in (*told.lost, *told.doubled, *told.drafts_lost):
        print(f"broken       {words}")


@contextmanager
def _heed(folder: Path) -> Iterator[Flask]:
    """Heed on an empty database."""
    folder.chmod(0o711)
    home = folder / "home"
    with postgres.start(home, log=lambda words: None) as server:
        names = {"HEED_HOME": str(home), "DATABASE_URL": server.url, "HEED_REQUESTS_A_SECOND": "100000"}
        app = create_app(Config.from_environment(names))
        with app.app_context():
            flask_migrate.upgrade()
        try:
            yield app
        finally:
            with app.app_context():
                db.engine.dispose()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m bench.kills", description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=200, help="how often the phone is killed")
    parser.add_argument("--seed", type=int, default=1, help="another seed chooses other hooks")
    return parser.parse_args()


if __name__ == "__main__":
    main()
