"""An acknowledgement: "I have this" about a concern, "I have read this" about a handover."""

from __future__ import annotations

from collections.abc import Iterable

from server.domain.access import Permission
from server.domain.entry import Fact
from server.domain.standing import NONE, Effect, Scope, Seen


def first_seen(
    thread: Iterable[Fact], permission: Permission, scope: Scope, excluded: Iterable[object], effects: dict[str, Effect]
) -> Seen | None:
    """Who with authority first said "I have this". Opening is not acknowledging; somebody must say so."""
    root, *rest = thread
    shut_out = set(excluded)
    seen = None
    for fact in rest:
        if fact.form != "acknowledgement":
            continue
        reason = _why_not(fact, root, permission, scope, shut_out)
        effects[fact.key] = Effect() if reason is None else Effect(NONE, reason)
        if reason is None and seen is None:
            seen = Seen(fact.author, fact.recorded_at)
    return seen


def _why_not(fact: Fact, root: Fact, permission: Permission, scope: Scope, shut_out: set[object]) -> str | None:
    if fact.author in shut_out:
        return "conflicted"
    if fact.author == root.author:
        return "own_entry"
    if not scope.might(fact.author, permission, root.service, fact.recorded_at):
        return "not_allowed"
    return None
