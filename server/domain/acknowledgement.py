"""An acknowledgement: "I have this" about a concern, "I have read this" about a handover."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from server.domain.access import Permission
from server.domain.entry import Fact
from server.domain.standing import NONE, Effect, Scope, Seen


def first_seen(
    thread: Iterable[Fact],
    permission: Permission,
    scope: Scope,
    excluded: Collection[UUID],
    effects: dict[str, Effect],
) -> Seen | None:
    """Who with authority first said "I have this". Opening is not acknowledging; somebody must say so."""
    root, *rest = thread
    seen = None
    for fact in rest:
        if fact.form != "acknowledgement":
            continue
        reason = _why_not(fact, root, permission, scope, excluded)
        effects[fact.key] = Effect() if reason is None else Effect(NONE, reason)
        if reason is None and seen is None:
            seen = Seen(fact.author, fact.recorded_at)
    return seen


def _why_not(
    fact: Fact, root: Fact, permission: Permission, scope: Scope, excluded: Collection[UUID]
) -> str | None:
    if fact.author in excluded:
        return "conflicted"
    if fact.author == root.author:
        return "own_entry"
    if not scope.may_act(fact, permission, root, excluded):
        return "not_allowed"
    return None
