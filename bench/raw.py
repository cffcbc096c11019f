"""What PostgreSQL alone can do: the yardstick that stands beside every figure.

`executemany` of a batch of rows of the same bytes in one commit, into one table with a primary key, over as many
connections as there are clients, with durability on.
"""

from __future__ import annotations

import time
from uuid import uuid4

import psycopg

from bench.clients import Start, together

FIRST = "00000000-0000-0000-0000-000000000000"


def send(dsn: str, bodies: list[bytes], *, batch: int, clients: int, seconds: float) -> float:
    """Rows kept per second."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS raw_entry")
        connection.execute("CREATE TABLE raw_entry (id uuid PRIMARY KEY, body bytea NOT NULL)")
    return sum(together(_send, [(dsn, bodies, batch, seconds)] * clients))


def fetch(dsn: str, *, page: int, clients: int, seconds: float) -> float:
    """Rows read per second, a page at a time in order of key, from what `send` left behind."""
    return sum(together(_fetch, [(dsn, page, seconds)] * clients))


def _send(start: Start, dsn: str, bodies: list[bytes], batch: int, seconds: float) -> float:
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        start.wait()
        begun, kept = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            rows = [(uuid4(), bodies[(kept + n) % len(bodies)]) for n in range(batch)]
            cursor.executemany("INSERT INTO raw_entry VALUES (%s, %s)", rows)
            connection.commit()
            kept += batch
        return kept / (time.perf_counter() - begun)


def _fetch(start: Start, dsn: str, page: int, seconds: float) -> float:
    with psycopg.connect(dsn) as connection:
        start.wait()
        begun, read, after = time.perf_counter(), 0, FIRST
        while time.perf_counter() - begun < seconds:
            rows = connection.execute(
                "SELECT id, body FROM raw_entry WHERE id > %s ORDER BY id LIMIT %s", (after, page)
            ).fetchall()
            read += len(rows)
            after = str(rows[-1][0]) if len(rows) == page else FIRST
        return read / (time.perf_counter() - begun)
