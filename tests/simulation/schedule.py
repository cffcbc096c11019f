"""What happens in a simulation, step by step, from a seed; and cutting a failing one down to what matters."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.simulation.network import Fault

WHO = ("amina", "ben", "hana", "carol", "esther")
#: How often each thing happens, in parts of the whole.
WHAT = {
    "write": 30,
    "sync": 34,
    "wait": 8,
    "late": 5,
    "clock": 4,
    "session_ends": 3,
    "sign_in": 5,
    "snapshot": 2,
    "verify": 2,
    "restore": 2,
    "leave": 2,
    "update": 4,
}
#: Those who may leave in the middle of it, or whose phone is taken back. Somebody must stay and read.
LEAVERS = ("amina", "ben")
#: So many requests of one sync may go wrong: seldom as many as a photo in parts takes.
REQUESTS = (1, 2, 3, 4, 5, 5, 15)
#: Minutes: a moment, a shift, a token's life, a week.
WAITS = (1, 11, 480, 1500, 10_080)


@dataclass(frozen=True)
class Step:
    """One thing that happens, to whom, and what goes wrong with the requests that it makes."""

    what: str
    who: str
    number: int
    faults: tuple[tuple[Fault, int], ...] = ()

    def __str__(self) -> str:
        wrong = ", ".join(f"{fault} ({number})" for fault, number in self.faults if fault is not Fault.NONE)
        return f"{self.what} {self.who} {self.number}{': ' + wrong if wrong else ''}"


def schedule(seed: int, steps: int) -> list[Step]:
    """The steps that follow from a seed: the same each time."""
    rng = random.Random(seed)
    return [some_step(rng, WHAT) for _ in range(steps)]


def some_step(rng: random.Random, chances: Mapping[str, int]) -> Step:
    """Something that happens, by these chances."""
    what = rng.choices(list(chances), weights=list(chances.values()))[0]
    number = rng.choice(WAITS) if what == "wait" else rng.randrange(2**31)
    faults = ()
    if what == "sync":
        faults = tuple(_fault(rng) for _ in range(rng.choice(REQUESTS)))
    return Step(what, rng.choice(LEAVERS if what == "leave" else WHO), number, faults)


def _fault(rng: random.Random) -> tuple[Fault, int]:
    fault = rng.choice(list(Fault)) if rng.random() < 0.6 else Fault.NONE
    return fault, rng.randrange(40) if fault is Fault.KILLED else rng.randrange(4000)


def shrink(steps: Sequence[Step], fails: Callable[[Sequence[Step]], bool]) -> list[Step]:
    """The fewest of these steps that still fail: first in halves, then one by one."""
    kept = list(steps)
    size = max(1, len(kept) // 2)
    while size:
        begin = 0
        while begin < len(kept):
            fewer = kept[:begin] + kept[begin + size :]
            if fails(fewer):
                kept = fewer
            else:
                begin += size
        size //= 2
    return kept
