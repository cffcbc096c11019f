"""Sending and fetching, beside what PostgreSQL alone can do in the same run, at several sizes of what is stored.

    python3 -m bench.sync [--stored 10000,100000,1000000] [--seconds 2] [--batches 1,25,100]
                          [--providers 8] [--clients 8]

*sealed* is all of Heed's work over HTTP: the session, opening, verifying, judging, threads, chain, standings,
deadlines, feed. *plain* is keeping alone, of what was opened and verified beforehand (see bench/plain.py). *fetch*
takes 10,000 entries with their standings, 1,000 items a page, over and over, as the bytes that come, as raw does;
the line below it is the same with each page read as JSON by the clients. Clients and server share the machine,
so quote the ratios, not the figures. How the rows come in is said in bench/fill.py.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import psycopg

from bench import plain, raw
from bench.client import Client
from bench.clients import Start, together
from bench.cost import Cost, of_family
from bench.fill import fill
from bench.heed import RunningHeed, heed, make_phones, served
from bench.peers import print_peers
from bench.phones import BenchPhone
from server.instance import postgres
from server.instance.keys import Keys
from server.services.cursor import read_cursor

#: No client needs more within its time than this many a second at each size of batch.
QUICKEST = {1: 120, 25: 600}
QUICKEST_OF_ALL = 1200
#: So many entries come through Heed itself before they are copied.
SLICE = 2000
PAGE = 1000
FETCHED = 10_000
POLLS = 100
WIDTH = 30

Items = list[dict[str, str]]
#: How many entries are on a page, and whatever else it says.
Look = Callable[[bytes], tuple[int, Any]]


def main() -> None:
    """Print the table: for each size of what is stored, sending, fetching and polling."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="heed-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with postgres.start(home, log=lambda words: None) as server, heed(home, server) as running:
            print(
                f"{os.cpu_count()} cores, {asked.clients} clients, {asked.providers} providers, "
                f"{asked.seconds:g} s a cell, durability on\n"
            )
            phones = make_phones(running.config, running.address, asked.providers, asked.clients)
            rng = random.Random(1)
            _send_all(running, [_sealed(phone, rng, SLICE // len(phones)) for phone in phones], phones)
            for stored in asked.stored:
                there = fill(running.dsn, stored)
                print(f"{there:,} entries stored\n{'':{WIDTH}}{'raw/s':>10}{'Heed/s':>10}{'ratio':>8}")
                _sending(asked, running, phones, rng)
                _fetching(asked, running, phones)
                _polling(running, phones)
                print(flush=True)
    print_peers()


def _sending(
    asked: argparse.Namespace, running: RunningHeed, phones: Sequence[BenchPhone], rng: random.Random
) -> None:
    bodies = [phones[0].note(rng) for _ in range(1000)]
    for batch in asked.batches:
        rows = raw.send(running.dsn, bodies, batch=batch, clients=asked.clients, seconds=asked.seconds)
        needed = int(QUICKEST.get(batch, QUICKEST_OF_ALL) * asked.seconds / batch + 1) * batch
        ready = [_sealed(phone, rng, needed) for phone in phones]
        before = _costs(running)
        begun = time.perf_counter()
        work = [
            (running.address, phone.token, items, batch, asked.seconds)
            for phone, items in zip(phones, ready, strict=True)
        ]
        sent = sum(together(_send, work))
        _line(f"send sealed, batch {batch}", rows, sent)
        if batch == max(asked.batches):
            _print_costs(before, _costs(running), sent * min(asked.seconds, time.perf_counter() - begun))
        ready = [_sealed(phone, rng, needed) for phone in phones]
        kept = sum(
            together(
                plain.keep,
                [
                    (running.config, UUID(phone.provider), items, batch, asked.seconds)
                    for phone, items in zip(phones, ready, strict=True)
                ],
            )
        )
        _line(f"send plain, batch {batch}", rows, kept)


def _fetching(asked: argparse.Namespace, running: RunningHeed, phones: Sequence[BenchPhone]) -> None:
    rows = raw.fetch(running.dsn, page=PAGE, clients=asked.clients, seconds=asked.seconds)
    work = [(running.address, phone.token, asked.seconds) for phone in phones]
    _line(f"fetch {FETCHED:,}, {PAGE:,} a page", rows, sum(together(_fetch, work)))
    _line("    and read as JSON", rows, sum(together(_fetch_and_read, work)))


def _polling(running: RunningHeed, phones: Sequence[BenchPhone]) -> None:
    """An empty poll beside a bare Flask route behind the same web server, with as many clients."""
    with served("bench.bare:app", running.config) as (bare, _):
        plainest = together(_poll, [(bare, "", "/healthz", "") for _ in phones])
    ends = [_end(running, phone) for phone in phones]
    empty = together(
        _poll,
        [
            (running.address, phone.token, "/api/sync/fetch", end)
            for phone, end in zip(phones, ends, strict=True)
        ],
    )
    ours, theirs = sum(empty) / len(empty), sum(plainest) / len(plainest)
    print(
        f"{'empty poll, median ms':{WIDTH}}{theirs:10.1f}{ours:10.1f}{ours / theirs:8.2f}  (beside a bare Flask route)"
    )


def _line(label: str, rows: float, ours: float) -> None:
    print(f"{label:{WIDTH}}{rows:10,.0f}{ours:10,.0f}{ours / rows:8.2f}", flush=True)


def _costs(running: RunningHeed) -> tuple[Cost, Cost]:
    return of_family(running.web), of_family(running.postgres)


def _print_costs(before: tuple[Cost, Cost], after: tuple[Cost, Cost], entries: float) -> None:
    web, database = (
        (now.processor - then.processor) / entries * 1e6 for then, now in zip(before, after, strict=True)
    )
    print(
        f"{'':4}of it an entry costs {web:,.0f} µs in the web server, {database:,.0f} µs in PostgreSQL; "
        f"memory {after[0].memory:,.0f} + {after[1].memory:,.0f} MiB"
    )


def _send_all(running: RunningHeed, ready: Sequence[Items], phones: Sequence[BenchPhone]) -> None:
    for phone, items in zip(phones, ready, strict=True):
        client = Client(running.address, phone.token)
        for first in range(0, len(items), 100):
            _send_batch(client, _written(items[first : first + 100]))


def _send(start: Start, address: str, token: str, items: Items, batch: int, seconds: float) -> float:
    client = Client(address, token)
    # A phone writes its batches on a processor of its own.
    ready = [_written(items[first : first + batch]) for first in range(0, len(items) - batch + 1, batch)]
    start.wait()
    begun, sent = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds and sent < len(ready):
        _send_batch(client, ready[sent])
        sent += 1
    return sent * batch / (time.perf_counter() - begun)


def _written(items: Items) -> bytes:
    return orjson.dumps({"sent_at": datetime.now(UTC).isoformat(), "unsent": 0, "items": items})


def _send_batch(client: Client, batch: bytes) -> None:
    outcomes = client.post_written("/api/sync/send", batch)["outcomes"]
    if any(outcome["outcome"] != "accepted" for outcome in outcomes):
        raise SystemExit(f"not accepted: {outcomes[0]}")


def _fetch(start: Start, address: str, token: str, seconds: float) -> float:
    """Entries per second, taken as they come: raw reads no JSON either."""
    return _fetch_each(start, Client(address, token), seconds, _skim)


def _fetch_and_read(start: Start, address: str, token: str, seconds: float) -> float:
    """Entries per second, of which the client reads every one, on the processors that the server needs."""
    return _fetch_each(start, Client(address, token), seconds, _read)


def _fetch_each(start: Start, client: Client, seconds: float, look: Look) -> float:
    start.wait()
    begun, fetched, this_time, cursor = time.perf_counter(), 0, 0, ""
    while time.perf_counter() - begun < seconds:
        query = {"limit": str(PAGE)} | ({"cursor": cursor} if cursor else {})
        entries, page = look(client.get_bytes("/api/sync/fetch", **query))
        fetched, this_time = fetched + entries, this_time + entries
        again = not page["more"] or this_time >= FETCHED
        cursor, this_time = ("", 0) if again else (page["cursor"], this_time)
    return fetched / (time.perf_counter() - begun)


def _skim(page: bytes) -> tuple[int, Any]:
    """How many entries are on a page, and what stands behind them."""
    end = page.rindex(b'],"cursor"') + len("],")
    return page.count(b'{"kind":"entry"'), orjson.loads(b"{" + page[end:])


def _read(page: bytes) -> tuple[int, Any]:
    read = orjson.loads(page)
    return sum(item["kind"] == "entry" for item in read["items"]), read


def _poll(start: Start, address: str, token: str, path: str, cursor: str) -> float:
    """The median of how long an answer takes, in milliseconds."""
    client = Client(address, token)
    query = {"cursor": cursor} if cursor else {}
    start.wait()
    took = []
    for _ in range(POLLS):
        begun = time.perf_counter()
        client.get(path, **query)
        took.append(time.perf_counter() - begun)
    return sorted(took)[POLLS // 2] * 1000


def _end(running: RunningHeed, phone: BenchPhone) -> str:
    """A cursor after which there is nothing new, as this phone would have it after fetching everything."""
    page = _page(Client(running.address, phone.token), "")
    key = Keys(running.config.keys).cursor_key()
    place = read_cursor(page["cursor"], key, UUID(phone.worker), page["epoch"], lambda epoch: 0)
    with psycopg.connect(running.dsn) as connection:
        head = connection.execute("SELECT seq FROM head WHERE provider_id = %s", (phone.provider,)).fetchone()
    place.move(head[0] if head else 0)
    place.more = False
    return place.sealed(key, UUID(phone.worker))


def _page(client: Client, cursor: str) -> Any:
    query = {"limit": str(PAGE)} | ({"cursor": cursor} if cursor else {})
    return client.get("/api/sync/fetch", **query)


def _sealed(phone: BenchPhone, rng: random.Random, count: int) -> Items:
    return [phone.seal(phone.note(rng)) for _ in range(count)]


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stored", type=_numbers, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--batches", type=_numbers, default=[1, 25, 100])
    parser.add_argument("--providers", type=int, default=8)
    parser.add_argument("--clients", type=int, default=8)
    return parser.parse_args()


if __name__ == "__main__":
    main()
