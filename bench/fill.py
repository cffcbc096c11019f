"""Many stored entries in little time, and what is honest about them.

A slice of entries comes through Heed itself: sealed, opened, verified, judged, derived, announced. Then PostgreSQL
copies its rows under new ids and numbers, entries, standings and feed alike, with each copy an hour earlier. So every
index is as deep and every table as wide as after so many entries sent, and rows lie in the order of their numbers and
ids in that of time, as they do when they come in one after the other. Three things are not as if sent: copies share
their bodies and signatures, their chain of hashes is not linked, and foreign keys were not asked again.
"""

from __future__ import annotations

import psycopg

_MAP = """
    CREATE TEMP TABLE copied AS
    SELECT e.provider_id, e.key AS old, e.device_id, e.seq AS old_seq, n,
        uuidv7() AS id, head.seq + n * (head.seq + 1) AS shift
    FROM entry AS e JOIN head USING (provider_id)
    CROSS JOIN generate_series(1, %s) AS n
    WHERE e.seq <= head.seq ORDER BY n, e.seq
"""
_ENTRIES = """
    INSERT INTO entry ({columns})
    SELECT {values} FROM copied AS c JOIN entry AS e ON e.provider_id = c.provider_id AND e.key = c.old
"""
_STANDINGS = """
    INSERT INTO standing ({columns})
    SELECT {values} FROM copied AS c JOIN standing AS s ON s.provider_id = c.provider_id AND s.thread_key = c.old
"""
_FEED = """
    INSERT INTO feed (provider_id, audience, kind, key, seq, since)
    SELECT f.provider_id, f.audience, f.kind, c.device_id || '.' || c.id, f.seq + c.shift, f.since + c.shift
    FROM copied AS c JOIN feed AS f ON f.provider_id = c.provider_id AND f.key = c.old
"""
_HEADS = """
    UPDATE head SET seq = (SELECT max(seq) FROM feed WHERE feed.provider_id = head.provider_id) + 1
"""
#: What is different in a copy.
_IN_ENTRY = {
    "id": "c.id",
    "key": "c.device_id || '.' || c.id",
    "thread_key": "c.device_id || '.' || c.id",
    "seq": "e.seq + c.shift",
    "recorded_at": "e.recorded_at - c.n * interval '1 hour'",
    "observed_at": "e.observed_at - c.n * interval '1 hour'",
    "shown": "replace(e.shown, c.old, c.device_id || '.' || c.id)",
    "content_hash": "sha256(uuid_send(c.id))",
    "ciphertext_hash": "sha256(uuid_send(c.id) || 'sealed')",
}
_IN_STANDING = {
    "thread_key": "c.device_id || '.' || c.id",
    "recorded_at": "s.recorded_at - c.n * interval '1 hour'",
    "document": "CAST(replace(CAST(s.document AS text), c.old, c.device_id || '.' || c.id) AS json)",
}


def fill(dsn: str, stored: int) -> int:
    """Copy what is stored until there are about this many entries. Answers how many there are."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        here = _count(connection)
        copies = round(stored / here) - 1
        if copies < 1:
            return here
        with connection.transaction():
            connection.execute("SET LOCAL synchronous_commit = off")
            # What was just checked for the slice need not be checked for each copy of it.
            connection.execute("SET LOCAL session_replication_role = replica")
            # So that what is copied fits into the memory of a join, which then keeps the order of the map.
            connection.execute("SET LOCAL work_mem = '512MB'")
            connection.execute(_MAP, (copies,))
            connection.execute(_copy(connection, _ENTRIES, "entry", "e", _IN_ENTRY))
            connection.execute(_copy(connection, _STANDINGS, "standing", "s", _IN_STANDING))
            connection.execute(_FEED)
            connection.execute(_HEADS)
            connection.execute("DROP TABLE copied")
        for table in ("entry", "standing", "feed"):
            # As autovacuum would have done by the time that so much had come in.
            connection.execute(f"VACUUM ANALYZE {table}")
        connection.execute("CHECKPOINT")
        return _count(connection)


def _copy(
    connection: psycopg.Connection, statement: str, table: str, short: str, different: dict[str, str]
) -> str:
    columns = [
        name
        for (name,) in connection.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'",
            (table,),
        )
    ]
    values = [different.get(name, f"{short}.{name}") for name in columns]
    return statement.format(columns=", ".join(columns), values=", ".join(values))


def _count(connection: psycopg.Connection) -> int:
    found = connection.execute("SELECT count(*) FROM entry").fetchone()
    return int(found[0]) if found else 0
