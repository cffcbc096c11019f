"""Whether the time of an answer tells that there is a concern: what somebody waits for whom it names.

    python3 -m bench.timing [--rounds 200] [--data-sets 6]

For each data set of `tests/worlds.py` three providers live the same days. In the first and the last nobody sends the
concern; in the one between somebody does. The named worker asks each the same questions in turn, in an order that
chance gives. Said for each question, in milliseconds: the median and the 95th percentile without it and with it; how
likely a difference so great is when there is none (Mann-Whitney, both sides); and the same of the two without it, which
is how much a machine differs from itself.

Some questions only somebody can ask who has the concern's number, of which 122 bits are chance; these are marked with a
star. It exits with 1 when another question tells something that chance would not say once in ten thousand times.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import flask_migrate
from flask import Flask
from werkzeug.test import TestResponse

from server.app import create_app
from server.config import Config
from server.instance import postgres
from tests import people
from tests.answers import concern, review
from tests.people import Phone
from tests.worlds import DataSet, World

#: Of all questions over all data sets hardly one is so unlikely by chance.
TELLING = 0.0001
WARM = 10

Times = dict[str, list[list[float]]]


def main() -> None:
    """Print what each question takes in each world."""
    asked = _arguments()
    times: Times = defaultdict(lambda: [[], [], []])
    with tempfile.TemporaryDirectory(prefix="heed-timing-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with postgres.start(home, log=lambda words: None) as server:
            app = _app(home, server.url)
            for number in range(asked.data_sets):
                _ask_in_turn(app, DataSet.made(number), asked.rounds, times)
    raise SystemExit(_show(times))


def _app(home: Path, url: str) -> Flask:
    # Nobody asks as fast as this; what holds back those who do has tests of its own.
    in_a_hurry = {"HEED_REQUESTS_A_SECOND": "100000"}
    app = create_app(Config.from_environment({"HEED_HOME": str(home), "DATABASE_URL": url} | in_a_hurry))
    with app.app_context():
        flask_migrate.upgrade()
    return app


def _ask_in_turn(app: Flask, data: DataSet, rounds: int, times: Times) -> None:
    worlds = [_live(app, data, place) for place in range(3)]
    chance = random.Random(data.number)
    questions = _questions()
    order = [(question, place) for question in questions for place in range(3)]
    for turn in range(WARM + rounds):
        chance.shuffle(order)
        for question, place in order:
            ask = questions[question]
            phone = worlds[place].meadow.phone(data.named)
            prepared = ask(worlds[place], phone)
            began = time.perf_counter()
            prepared()
            if turn >= WARM:
                times[question][place].append((time.perf_counter() - began) * 1000)


def _live(app: Flask, data: DataSet, place: int) -> World:
    world = World(people.meadow(app, f"world{data.number}-{place}"), data, secret_sent=place == 1)
    world.begin()
    world.whisper()
    world.go_on()
    phone = world.meadow.phone(data.named)
    assert data.named in world.outsiders
    phone.fetch()
    return world


Asking = Callable[[World, Phone], Callable[[], TestResponse]]


def _questions() -> dict[str, Asking]:
    """What is asked: everything is made ready beforehand, so that only the asking is timed."""
    return {
        "fetching everything": lambda world, phone: lambda: phone.get("/api/sync/fetch?limit=500"),
        "fetching what is new": lambda world, phone: (
            lambda: phone.get(f"/api/sync/fetch?cursor={phone.cursor}")
        ),
        "a first look": lambda world, phone: lambda: phone.get("/api/sync/first"),
        "home": lambda world, phone: lambda: phone.get("/api/home"),
        "its photo *": lambda world, phone: (
            lambda: phone.get(
                f"/api/photo/{world.meadow.amina.device}/{world.written['secret'].id}/{world.hash_of_photo}"
            )
        ),
        "a decision about it *": _deciding,
        "a correction of it *": _correcting,
        "another concern about the person": _writing,
    }


def _deciding(world: World, phone: Phone) -> Callable[[], TestResponse]:
    about = world.written["secret"].key
    written = phone.write("review", review("no_further_action"), service=world.north, about=about)
    return lambda: phone.post("/api/sync/send", world.batch([written]))


def _correcting(world: World, phone: Phone) -> Callable[[], TestResponse]:
    said, person = concern(world.meadow.people["grace"]), world.person
    about = world.written["secret"].key
    written = phone.write("concern", said, service=world.north, person=person, replaces=about)
    return lambda: phone.post("/api/sync/send", world.batch([written]))


def _writing(world: World, phone: Phone) -> Callable[[], TestResponse]:
    said = concern(world.meadow.people["grace"])
    written = phone.write("concern", said, service=world.north, person=world.person)
    return lambda: phone.post("/api/sync/send", world.batch([written]))


def _show(times: Times) -> int:
    print(f"{'':36}{'without':>16}{'with':>18}{'ratio':>8}{'chance':>9}{'itself':>9}")
    telling = False
    for question, (without, with_it, again) in times.items():
        chance, itself = _chance(without + again, with_it), _chance(without, again)
        telling |= not question.endswith("*") and chance < TELLING < itself
        plain, hidden = _figures(without), _figures(with_it)
        ratio = statistics.median(with_it) / statistics.median(without)
        print(f"{question:36}{plain:>16}{hidden:>18}{ratio:8.3f}{chance:9.4f}{itself:9.4f}")
    return 1 if telling else 0


def _figures(times: list[float]) -> str:
    p95 = statistics.quantiles(times, n=20)[-1]
    return f"{statistics.median(times):.2f} {p95:.2f}"


def _chance(one: list[float], other: list[float]) -> float:
    """How likely two samples from the same differ so much in rank (Mann and Whitney 1947; normal approximation)."""
    ranked = sorted([(time, 0) for time in one] + [(time, 1) for time in other])
    ranks = sum(place for place, (_, which) in enumerate(ranked, 1) if which)
    n, m = len(one), len(other)
    expected, spread = m * (n + m + 1) / 2, math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(ranks - expected) / spread / math.sqrt(2))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--data-sets", type=int, default=6)
    return parser.parse_args()


if __name__ == "__main__":
    main()
