"""Readers who follow their cursor while others write: does it ever pass over an entry, or bring one twice?

    python3 -m bench.cursor [--entries 50000] [--writers 8] [--readers 2] [--seed 1]

Writers send batches of one to a hundred at the same time, so that the commits of one provider overlap all the while.
Whatever a reader missed, or was given twice, makes this exit with 1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

from bench.client import Client
from bench.clients import Start, together
from bench.heed import heed, make_phones
from bench.phones import BenchPhone
from server.instance import postgres
from server.instance.postgres import EmbeddedPostgres

#: So many entries are written before Heed begins anew: a session lasts longer than this takes.
IN_ONE_ROUND = 25_000
#: As phones send: mostly what a while without signal left, now and then a single entry that commits in between.
BATCHES = (1, 7, 25, 100, 100, 100, 100)
PAGE = 500
FORK = multiprocessing.get_context("fork")


@dataclass
class Told:
    """What readers were given, beside what was written."""

    entries: int = 0
    read: int = 0
    gaps: int = 0
    duplicates: int = 0

    def add(self, other: Told) -> None:
        """Put another round to this one."""
        self.entries += other.entries
        self.read += other.read
        self.gaps += other.gaps
        self.duplicates += other.duplicates


def main() -> None:
    """Print what readers missed. Exits with 1 when it was anything."""
    asked = _arguments()
    whole, begun = Told(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="heed-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        # In which order commits become visible has nothing to do with the disk.
        with postgres.start(home, log=lambda words: None, durable=False) as server:
            while whole.entries < asked.entries:
                size = min(IN_ONE_ROUND, asked.entries - whole.entries)
                whole.add(_round(asked, home, server, size, asked.seed * 1_000_000 + whole.entries))
                seconds = time.monotonic() - begun
                left = (asked.entries - whole.entries) * seconds / whole.entries
                print(f"  {whole} after {seconds:,.0f} s, {left:,.0f} s to go", file=sys.stderr, flush=True)
    seconds = time.monotonic() - begun
    print(
        f"entries     {whole.entries:,} in {seconds:,.0f} s: {whole.entries / seconds:,.0f} a second", end=""
    )
    print(f", {asked.writers} writers, {asked.readers} readers, seed {asked.seed}")
    print(f"read        {whole.read:,}")
    print(f"gaps        {whole.gaps}")
    print(f"duplicates  {whole.duplicates}")
    raise SystemExit(1 if whole.gaps or whole.duplicates else 0)


def _round(asked: argparse.Namespace, home: Path, server: EmbeddedPostgres, entries: int, seed: int) -> Told:
    """One provider, all of whose writers write at the same time while its readers read."""
    shares = [entries // asked.writers + (place < entries % asked.writers) for place in range(asked.writers)]
    with heed(home, server) as running:
        phones = make_phones(running.config, running.address, 1, asked.writers + asked.readers)
        writing, readings = FORK.Value("i", asked.writers), FORK.SimpleQueue()
        writers = [
            (_write, running.address, phone, share, seed + place, writing)
            for place, (phone, share) in enumerate(zip(phones, shares, strict=False))
        ]
        readers = [(_read, running.address, phone, writing, readings) for phone in phones[asked.writers :]]
        # A queue holds little: what readers say is taken while they say it.
        with ThreadPool(1) as pool:
            said = pool.apply_async(lambda: [readings.get() for _ in readers])
            together(_play, [*writers, *readers])
            seen: Sequence[Counter[str]] = said.get()
    return Told(
        entries,
        sum(each.total() for each in seen),
        sum(entries - len(each) for each in seen),
        sum(each.total() - len(each) for each in seen),
    )


def _play(start: Start, act: Any, *parts: Any) -> float:
    act(start, *parts)
    return 0.0


def _write(start: Start, address: str, phone: BenchPhone, entries: int, seed: int, writing: Any) -> None:
    rng, client, written = random.Random(seed), Client(address, phone.token), 0
    start.wait()
    while written < entries:
        size = min(rng.choice(BATCHES), entries - written)
        items = [phone.seal(phone.note(rng)) for _ in range(size)]
        said = {"sent_at": datetime.now(UTC).isoformat(), "unsent": 0, "items": items}
        outcomes = client.post("/api/sync/send", said)["outcomes"]
        if any(outcome["outcome"] != "accepted" for outcome in outcomes):
            raise SystemExit(f"not accepted: {outcomes[0]}")
        written += size
    with writing.get_lock():
        writing.value -= 1


def _read(start: Start, address: str, phone: BenchPhone, writing: Any, readings: Any) -> None:
    """Follow the cursor to its end, and once more after the last writer has finished."""
    client, seen, cursor = Client(address, phone.token), Counter[str](), ""
    start.wait()
    more = True
    while more:
        last = writing.value == 0
        page = client.get("/api/sync/fetch", limit=str(PAGE), **({"cursor": cursor} if cursor else {}))
        seen.update(item["key"] for item in page["items"] if item["kind"] == "entry")
        cursor, more = page["cursor"], page["more"] or not last
    readings.put(seen)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m bench.cursor", description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=50_000, help="how many entries are written")
    parser.add_argument("--writers", type=int, default=8, help="how many write at the same time")
    parser.add_argument("--readers", type=int, default=2, help="how many follow their cursor meanwhile")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other batches")
    return parser.parse_args()


if __name__ == "__main__":
    main()
