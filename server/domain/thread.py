"""Threads: which entries open one, and which of an entry's pointers lead into another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from server.domain.audience import CLASS_OF

#: The forms that open a thread. What is written on them stands by itself: nothing grave may vanish in what it names.
OPENS = frozenset(CLASS_OF)


@dataclass(frozen=True, slots=True)
class Origin:
    """What an entry may point at: on which form it was written, and by whom."""

    form: str
    author: UUID


def points_at(form: str, about: str | None, replaces: str | None) -> str | None:
    """The entry into whose thread an entry wants: what it replaces, or for an answer what it is about."""
    if replaces is not None:
        return replaces
    return None if form in OPENS else about


def may_join(form: str, author: UUID, other: Origin | None) -> bool:
    """Whether an entry may be in the thread of the one that it points at. None is one that is not here.

    An answer waits for its question. A correction stands by itself until what it corrects is here. A concern joins
    one of its own writer alone: danger counts whoever wrote it, and nobody who claims to correct what is closed to
    them is answered otherwise than if it were not there.
    """
    if form not in OPENS:
        return True
    if other is None or other.form != form:
        return False
    return form != "concern" or other.author == author


def begin_of(key: str, targets: Mapping[str, str]) -> str:
    """The entry that a chain of pointers leads back to. In a circle it is the first by key, for all in it."""
    path = [key]
    while (target := targets.get(path[-1])) is not None:
        if target in path:
            return min(path[path.index(target) :])
        path.append(target)
    return path[-1]
