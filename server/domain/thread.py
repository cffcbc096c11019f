"""Threads: which entries open one, and which of an entry's pointers lead into another."""

from __future__ import annotations

from collections.abc import Mapping

from server.domain.audience import CLASS_OF

#: The forms that open a thread. What is written on them stands by itself: nothing grave may vanish in what it names.
OPENS = frozenset(CLASS_OF)


def points_at(form: str, about: str | None, replaces: str | None) -> str | None:
    """The entry into whose thread an entry wants: what it replaces, or for an answer what it is about."""
    if replaces is not None:
        return replaces
    return None if form in OPENS else about


def may_join(form: str, other: str | None) -> bool:
    """Whether an entry may be in the thread of one of the `other` form. None is a form that is not known yet."""
    return form not in OPENS or other in (None, form)


def begin_of(key: str, targets: Mapping[str, str]) -> str:
    """The entry that a chain of pointers leads back to. In a circle it is the first by key, for all in it."""
    path = [key]
    while (target := targets.get(path[-1])) is not None:
        if target in path:
            return min(path[path.index(target) :])
        path.append(target)
    return path[-1]
