"""A storm that lasts: many entries and many faults in one world, looked through now and then and at the end."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from tests.people import Phone
from tests.simulation.invariants import Broken
from tests.simulation.kept import Kept
from tests.simulation.network import Fault, Network
from tests.simulation.phone import SimPhone
from tests.simulation.schedule import WHAT, some_step
from tests.simulation.world import World

#: Everybody of the cast who writes in their daily work.
WRITERS = ("amina", "ben", "carol", "esther", "gwen", "hana", "idris")
#: Mostly notes, as in life.
MIX = ("note",) * 22 + ("concern", "review", "correction")
BATCH = 100
PAGE = 500
#: So many entries are written before somebody syncs.
BURSTS = (1, 10, 50, 100, 250)
#: What else happens, with the chances of a short storm; but copies are read back more often than the server is lost,
#: as in life. Otherwise most of the time goes into offering everything again.
ELSE = {what: weight for what, weight in WHAT.items() if what not in {"write", "sync"}}
ELSE |= {"snapshot": 4, "verify": 8, "restore": 2, "leave": 4}
#: Three notes in a thousand have photos.
PHOTOS = 0.003
WRONG = [fault for fault in Fault if fault is not Fault.NONE]
#: A sync meets no more than so many faults.
AT_ONCE = 4
#: So often within one storm everything is looked through.
LOOKS = 5


@dataclass
class Told:
    """What came of it."""

    entries: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    #: In quarantine, for somebody to read.
    held: int = 0
    photos: int = 0
    broken: list[str] = field(default_factory=list)

    def add(self, other: Told) -> None:
        """Put another storm to this one."""
        self.entries += other.entries
        self.faults += other.faults
        self.lost += other.lost
        self.doubled += other.doubled
        self.held += other.held
        self.photos += other.photos
        self.broken += other.broken


@dataclass
class LongStorm:
    """So many entries are written in a world, and as many requests go wrong as is asked for."""

    world: World
    entries: int
    faults: int
    seed: int

    def run(self) -> Told:
        """Live through it. What is broken is told, and nothing raised."""
        rng = random.Random(self.seed)
        told = Told()
        try:
            self._rage(rng)
            self.world.quieten()
            self.world.check_quiet()
        except Broken as broken:
            told.broken.append(f"seed {self.seed}: {broken}")
        self._count(told)
        return told

    def _rage(self, rng: random.Random) -> None:
        world, looked = self.world, 0
        while len(world.saved) < self.entries:
            phone = rng.choice([each for each in world.phones.values() if not each.is_left])
            for _ in range(min(rng.choice(BURSTS), self.entries - len(world.saved))):
                world.write(phone, rng)
            if rng.random() < 0.5:
                world.take(some_step(rng, ELSE))
            self._sync_through_faults(phone, rng)
            if len(world.saved) * LOOKS // self.entries > looked:
                looked += 1
                world.check()

    def _sync_through_faults(self, phone: SimPhone, rng: random.Random) -> None:
        """Sync again and again, until as much has gone wrong as should have by now."""
        network = self.world.network
        due = self.faults * len(self.world.saved) // self.entries
        while (left := due - _gone_wrong(network.done)) > 0:
            network.faults = [
                (rng.choice(WRONG), rng.randrange(40)) if rng.random() < 0.8 else (Fault.NONE, 0)
                for _ in range(min(AT_ONCE, left))
            ]
            phone.sync()
            if phone.must_sign_in or rng.random() < 0.1:
                phone = rng.choice(list(self.world.phones.values()))
            here = [each for each in self.world.phones.values() if not each.is_left]
            if all(each.must_sign_in for each in here):
                rng.choice(here).sign_in()
        network.faults = []
        if rng.random() < 0.7:
            phone.sync()

    def _count(self, told: Told) -> None:
        world = self.world
        kept = Kept.of(world.app, world.meadow.id)
        hashes = Counter(row.content_hash for row in kept.entries.values())
        hashes.update(sha256(row.body).digest() for rows in kept.held.values() for row in rows)
        written = {saved.written.key: sha256(saved.written.raw).digest() for saved in world.saved}
        told.entries = len(written)
        told.lost = sum(not hashes[digest] for digest in written.values())
        told.doubled = sum(count - 1 for count in hashes.values())
        told.doubled += sum(key not in written for key in (*kept.entries, *kept.held))
        told.held = sum(map(len, kept.held.values()))
        told.photos = len(kept.photos)
        told.faults = Counter(
            {
                fault.value: times
                for fault, times in self.world.network.done.items()
                if fault is not Fault.NONE
            }
        )
        told.faults["the server comes back from a copy"] = self.world.restored


def in_a_hurry(network: Network, own: Phone) -> SimPhone:
    """A phone that sends and fetches as much at once as the app does."""
    return SimPhone(network, own, batch=BATCH, page=PAGE)


def _gone_wrong(done: Mapping[Fault, int]) -> int:
    return sum(times for fault, times in done.items() if fault is not Fault.NONE)
