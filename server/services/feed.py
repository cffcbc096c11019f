"""The feed: what each audience may fetch, numbered in the order of commits.

A plain sequence loses rows for readers, since numbers are given before commits land. Here each provider has one
head row. Every commit that changes anything fetchable locks it, so number order is commit order and whoever
follows a cursor misses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from server.extensions import ask

_LOCK = "SELECT seq, chain_hash FROM head WHERE provider_id = %(provider)s FOR UPDATE"
#: Both in one statement. Each list is one text: none of its parts holds a space, and a list takes longer to hand over.
_ANNOUNCE_AND_MOVE = """
    WITH moved AS (UPDATE head SET seq = %(seq)s, chain_hash = %(chain_hash)s WHERE provider_id = %(provider)s)
    INSERT INTO feed (provider_id, audience, kind, key, seq, since)
    SELECT %(provider)s, * FROM unnest(
        string_to_array(%(audiences)s, ' '), string_to_array(%(kinds)s, ' '), string_to_array(%(keys)s, ' '),
        CAST(string_to_array(%(seqs)s, ' ') AS bigint[]), CAST(string_to_array(%(sinces)s, ' ') AS bigint[]))
    ON CONFLICT (provider_id, audience, kind, key)
    DO UPDATE SET seq = excluded.seq
"""
_TAKE_BACK = """
    DELETE FROM feed WHERE provider_id = %(provider)s AND audience = %(audience)s
    AND kind = %(kind)s AND key = ANY(%(keys)s) RETURNING since
"""

#: Stands between a thread and the number under which it was taken away, in the key of what says "forget".
TIME = "@"
#: What this commit announces: to which audience, of what kind, what; its number, and since when it can be fetched.
Waiting = dict[tuple[str, str, str], tuple[int, int]]


def forgotten_thread(key: str) -> str:
    """The thread that something announced as "forget" is about."""
    return key.partition(TIME)[0]


class Feed:
    """The provider's head, locked until this commit ends, and what the commit announces."""

    def __init__(self, provider: UUID) -> None:
        self.provider = provider
        self.seq: int
        self.chain_hash: bytes
        ((self.seq, self.chain_hash),) = ask(_LOCK, {"provider": provider})
        self._waiting: Waiting = {}

    def next_seq(self) -> int:
        """The next number of this provider."""
        self.seq += 1
        return self.seq

    def announce(self, audiences: Iterable[str], kind: str, key: str) -> None:
        """Let these audiences fetch something, or fetch it again because it changed."""
        seq = self.next_seq()
        for audience in audiences:
            self._waiting[audience, kind, key] = seq, seq

    def withdraw(self, audience: str, thread_key: str, keys: Iterable[str]) -> None:
        """Take a thread away from an audience, and tell whoever fetched it to forget it.

        Whoever did not fetch it must not learn now that there was one, so what says "forget" also says since when
        there was anything to fetch.
        """
        keys = [thread_key, *keys]
        since = [*self.take_back(audience, "entry", keys), *self.take_back(audience, "standing", keys)]
        if since:
            seq = self.next_seq()
            # Each has a key of its own: a phone may have had the thread before one of them and not before another.
            self._waiting[audience, "forget", f"{thread_key}{TIME}{seq}"] = seq, min(since)

    def take_back(self, audience: str, kind: str, keys: Iterable[str]) -> list[int]:
        """Announce something to an audience no more. Phones that have it keep it, unless they are told to forget.

        Answers since when each was announced.
        """
        keys = list(keys)
        for key in keys:
            self._waiting.pop((audience, kind, key), None)
        asked = {"provider": self.provider, "audience": audience, "kind": kind, "keys": keys}
        return [since for (since,) in ask(_TAKE_BACK, asked)]

    def close(self) -> None:
        """Write down what was announced and how far the numbers went. Call it last before the commit."""
        audiences, kinds, keys = zip(*self._waiting, strict=True) if self._waiting else ((), (), ())
        numbers = self._waiting.values()
        ask(
            _ANNOUNCE_AND_MOVE,
            {
                "provider": self.provider,
                "seq": self.seq,
                "chain_hash": self.chain_hash,
                "audiences": " ".join(audiences),
                "kinds": " ".join(kinds),
                "keys": " ".join(keys),
                "seqs": " ".join([str(seq) for seq, _ in numbers]),
                "sinces": " ".join([str(since) for _, since in numbers]),
            },
        )
        self._waiting = {}

    def mark(self) -> tuple[int, bytes, Waiting]:
        """Where the feed stands, to come back to when a savepoint is undone."""
        return self.seq, self.chain_hash, dict(self._waiting)

    def back_to(self, mark: tuple[int, bytes, Waiting]) -> None:
        """Forget what was announced since the mark, as the database forgot it too."""
        self.seq, self.chain_hash, self._waiting = mark
