"""What is already here of a batch that arrives: the same entries, what they point at, and what waits for them.

All of it is asked in one statement, since a batch mostly brings what is new and points at nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from server.domain.standing import Effect
from server.domain.thread import Origin, begin_of, may_join, points_at
from server.extensions import ask
from server.services.intake import Opened

#: Joined to the keys, never `= ANY` of them: then a small table would be read through, with the text taken apart anew
#: for each of its rows.
_HERE = """
    SELECT entry.key, thread_key, form, author_id, replaces, content_hash, effect, effect_reason
    FROM unnest(string_to_array(%(keys)s, ' ')) AS wanted (key)
    JOIN entry ON entry.provider_id = %(provider)s AND entry.key = wanted.key
    UNION ALL
    SELECT entry.key, thread_key, form, author_id, replaces, content_hash, effect, effect_reason
    FROM unnest(string_to_array(%(new)s, ' ')) AS wanted (key)
    JOIN entry ON entry.provider_id = %(provider)s AND entry.thread_key = wanted.key
    UNION ALL
    SELECT entry.key, thread_key, form, author_id, replaces, content_hash, effect, effect_reason
    FROM unnest(string_to_array(%(new)s, ' ')) AS wanted (key)
    JOIN entry ON entry.provider_id = %(provider)s AND entry.replaces = wanted.key
    UNION ALL
    SELECT NULL, thread_key, 'quarantine', NULL, NULL, NULL, NULL, NULL
    FROM unnest(string_to_array(%(new)s, ' ')) AS wanted (key)
    JOIN quarantine ON quarantine.provider_id = %(provider)s AND quarantine.thread_key = wanted.key
"""


@dataclass(frozen=True, slots=True)
class _Kept:
    thread_key: str
    origin: Origin
    replaces: str | None
    content_hash: bytes
    effect: Effect


@dataclass(frozen=True)
class Arrival:
    """The entries that were here before a batch and have to do with it, by key.

    `begun` are the threads of which something is here already.
    """

    kept: Mapping[str, _Kept]
    begun: frozenset[str]

    def content(self, key: str) -> bytes | None:
        """The content hash of an entry that is kept already."""
        return self.kept[key].content_hash if key in self.kept else None

    @property
    def effects(self) -> dict[str, Effect]:
        """The effect that each of them had until now."""
        return {key: each.effect for key, each in self.kept.items()}

    def threads_of(self, new: Mapping[str, Opened]) -> dict[str, str]:
        """The thread of each new entry: its own, or that of what it is about, followed back as far as is known."""
        wanted = {key: _target(one) for key, one in new.items()}
        origins = {key: each.origin for key, each in self.kept.items()}
        origins |= {key: _origin(one) for key, one in new.items()}
        targets = {
            key: target
            for key, target in wanted.items()
            if target and may_join(new[key].body.form, new[key].author, origins.get(target))
        }
        begins = {key: begin_of(key, targets) for key in new}
        return {
            key: self.kept[begin].thread_key if begin in self.kept else begin for key, begin in begins.items()
        }

    def moving(self, new: Mapping[str, Opened], threads: Mapping[str, str]) -> dict[str, str]:
        """The threads that turn out to be a part of another now that this batch is here, and of which.

        An answer stood under the key of what it waited for; a correction stood under its own.
        """
        answers = {key: threads[key] for key in new if key != threads[key] and key in self.begun}
        corrections = {
            key: threads[original]
            for key, each in self.kept.items()
            if (original := each.replaces)
            and original in new
            and key == each.thread_key != threads[original]
            and may_join(each.origin.form, each.origin.author, _origin(new[original]))
        }
        moves = answers | corrections
        ends = {key: begin_of(key, moves) for key in moves}
        return {key: end for key, end in ends.items() if end != key}


def look(provider: UUID, arriving: Iterable[Opened]) -> Arrival:
    """Look for what is already here of these entries."""
    new: set[str] = set()
    targets: set[str] = set()
    for one in arriving:
        new.add(one.key)
        targets.update(filter(None, [_target(one)]))
    asked = {"provider": provider, "keys": " ".join(new | targets), "new": " ".join(new)}
    rows = ask(_HERE, asked)
    kept = {
        key: _Kept(thread_key, Origin(form, author), replaces, content_hash, Effect(effect, reason))
        for key, thread_key, form, author, replaces, content_hash, effect, reason in rows
        if key is not None
    }
    return Arrival(kept, frozenset(row[1] for row in rows))


def _origin(one: Opened) -> Origin:
    return Origin(one.body.form, one.author)


def _target(one: Opened) -> str | None:
    return points_at(one.body.form, one.body.about, one.body.replaces)
