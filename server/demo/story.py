"""The story: four weeks of what the demo's staff wrote, as planned entries in the order of their arrival.

Three things can be recognised in it. At Harbour Homecare low-level signs stand in Joan's notes for two weeks
before anybody joins them up. At Orchard Court the same worry about money comes back, since only one team was
told. At Larkfield House a therapist's letter is filed on the day it comes and does not reach those who make
the drinks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from server.demo import concerns, handovers, receipts, visit_notes
from server.demo.clock import Clock
from server.demo.planned import Planned
from server.demo.seed import Seed
from server.domain.rules import Rules


def tell(at: datetime, rules: Rules, seed: Seed | None = None) -> list[Planned]:
    """Everything that had arrived by `at`. The same seed and moment tell the same story."""
    seed, clock = seed or Seed(), Clock(at)
    whole = [
        *visit_notes.planned(clock, seed, rules),
        *concerns.planned(clock, seed, rules),
        *receipts.planned(clock, seed, rules),
        *handovers.planned(clock, seed),
    ]
    arrived = [each for each in whole if each.received <= at]
    arrived.sort(key=lambda each: (each.received, each.name))
    return list(_answerable(arrived))


def _answerable(arrived: Iterable[Planned]) -> Iterable[Planned]:
    """Nobody decides on what has not arrived."""
    known: set[str] = set()
    for each in arrived:
        asked = each.about or each.replaces
        if asked is not None and asked not in known:
            continue
        known.add(each.name)
        yield each
