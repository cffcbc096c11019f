"""What the rules said of the threads that a change touched, before any of it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from server.domain.standing import Effect, Standing
from server.services import fact, reader


@dataclass
class Derived:
    """Standings and the threads that they stand for, by key.

    `began` are those that begin with it: nothing is kept of them yet, and nobody was let in to read them.
    """

    standings: dict[str, Standing] = field(default_factory=dict)
    threads: fact.Threads = field(default_factory=dict)
    began: frozenset[str] = frozenset()

    @property
    def effects(self) -> dict[str, Effect]:
        """The effect of every entry that these rules speak of."""
        return {key: effect for each in self.standings.values() for key, effect in each.effects.items()}

    def readers(self, keys: Iterable[str]) -> dict[str, set[UUID]]:
        """Who may read each of these threads by name. One that begins open to many has nobody to look up."""
        keys = list(keys)
        open_to_many = {
            key for key in self.began & self.standings.keys() if not self.standings[key].restricted
        }
        return {key: set() for key in keys} | reader.readers_of(set(keys) - open_to_many)
