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
        reason = scope.why_not(fact, permission, root, excluded)
        effects[fact.key] = Effect() if reason is None else Effect(NONE, reason)
        if reason is None and seen is None:
            seen = Seen(fact.author, fact.recorded_at)
    return seen
