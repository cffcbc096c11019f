"""A handover: what changed on a shift, for those who come next, who each say that they have read it.

Source: docs/rules/escalation.md, "Handovers that must be read".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from server.domain.entry import Fact
from server.domain.rules import Rules
from server.domain.standing import (
    NONE,
    Deadline,
    Effect,
    Reader,
    Scope,
    Standing,
    current_versions,
    in_order,
    opening,
)

#: Must-read items are owed a reader this soon after the shift starts.
READ_WITHIN = timedelta(minutes=30)


def stand(thread: Sequence[Fact], rules: Rules, scope: Scope) -> Standing:
    """The standing of a handover. A correction must be read again, so only what was said of it last counts."""
    ordered = in_order(thread)
    root = ordered[0]
    opened = opening(root, scope)
    effects = {root.key: opened}
    current = current_versions(ordered, effects)[-1]
    counts = opened.reason is None
    expected = _readers(current) if counts else []
    read = _read(ordered, current, expected, effects)
    readers = tuple(Reader(worker, read.get(worker)) for worker in expected)
    complete = bool(readers) and all(reader.read_at for reader in readers)
    return Standing(
        root=root,
        form="handover",
        state="complete" if complete else "sent",
        deadlines=_deadlines(current, readers, rules) if counts and must_be_read(current) else (),
        readers=readers,
        effects=effects,
    )


def must_be_read(handover: Fact) -> bool:
    """Whether an item says "act now", is about keeping somebody safe, comes from a professional, or was marked so."""
    return any(
        item.get("level") == "act_now"
        or item.get("safeguarding") == "yes"
        or item.get("must_read")
        or item.get("update_ref")
        for item in handover.answers.get("items") or ()
    )


def _readers(handover: Fact) -> list[UUID]:
    # Whoever gives a handover cannot also receive it.
    return [worker for worker in map(UUID, handover.answers.get("for") or ()) if worker != handover.author]


def _read(
    thread: Sequence[Fact], current: Fact, expected: Sequence[UUID], effects: dict[str, Effect]
) -> dict[UUID, datetime]:
    read: dict[UUID, datetime] = {}
    for fact in thread[1:]:
        if fact.form != "acknowledgement":
            continue
        if fact.author not in expected:
            effects[fact.key] = Effect(NONE, "not_allowed")
            continue
        effects[fact.key] = Effect()
        if fact.about == current.key:
            read.setdefault(fact.author, fact.recorded_at)
    return read


def _deadlines(handover: Fact, readers: Sequence[Reader], rules: Rules) -> tuple[Deadline, ...]:
    moments = [reader.read_at for reader in readers if reader.read_at]
    return (
        rules.minutes_deadline(
            rule="read",
            version=1,
            ladder="read",
            start=datetime.fromisoformat(handover.answers["shift_until"]),
            within=READ_WITHIN,
            stop=max(moments) if readers and len(moments) == len(readers) else None,
        ),
    )
