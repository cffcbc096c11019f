"""Opening what is restricted to a manager: "I do not want my manager to see this yet" has an end.

A lead says to whom, and why. Whoever may have caused it, and whoever those have power over, is never let in.
Source: docs/rules/access.md, "Opening it to a manager".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from server.domain.access import Permission
from server.domain.entry import Fact
from server.domain.standing import NONE, Effect, Opened, Scope


def openings(
    thread: Sequence[Fact],
    blamed: Collection[UUID],
    excluded: Collection[UUID],
    scope: Scope,
    effects: dict[str, Effect],
) -> tuple[Opened, ...]:
    """To whom a restricted thread was opened, in order; why each other opening does not count is in `effects`.

    `blamed` may have caused it; `excluded` are they and those whom the writer asked to keep it from.
    """
    root, *rest = thread
    opened: tuple[Opened, ...] = ()
    for fact in rest:
        if fact.form != "opening":
            continue
        to = UUID(fact.answers["to"])
        reason = _why_not(fact, to, root, blamed, excluded, opened, scope)
        effects[fact.key] = Effect() if reason is None else Effect(NONE, reason)
        if reason is None and all(each.worker != to for each in opened):
            opened = (*opened, Opened(to, fact.recorded_at, fact.author))
    return opened


def as_opened(scope: Scope, opened: Collection[Opened]) -> Scope:
    """The same world, in which those to whom a thread was opened are leads of it from then on, as long as they hold a
    role that may be let in.
    """
    if not opened:
        return scope
    return replace(
        scope,
        leads=lambda service, excluded, author, at: (
            *scope.leads(service, still_excluded(excluded, opened, at), author, at),
            *(
                each.worker
                for each in opened
                if each.at <= at and scope.might(each.worker, Permission.BE_LET_IN, service, at)
            ),
        ),
        conflicted=lambda named, at: scope.conflicted(still_excluded(named, opened, at), at),
    )


def still_excluded(
    excluded: Collection[UUID], opened: Collection[Opened], at: datetime | None = None
) -> frozenset[UUID]:
    """Whom a thread is kept from, without those to whom it was opened by a moment, or ever when it is None."""
    return frozenset(excluded) - {each.worker for each in opened if at is None or each.at <= at}


def _why_not(
    act: Fact,
    to: UUID,
    root: Fact,
    blamed: Collection[UUID],
    excluded: Collection[UUID],
    opened: Collection[Opened],
    scope: Scope,
) -> str | None:
    at = act.recorded_at
    if reason := as_opened(scope, opened).why_not(act, Permission.REVIEW_RESTRICTED, root, excluded):
        return reason
    if any(each.worker == act.author for each in opened):
        # A lead decides who sees it. Whoever they let in hands it on to nobody.
        return "not_allowed"
    others = still_excluded(excluded, opened) - {to}
    if to == root.author or to in blamed or to in scope.conflicted(others, at):
        return "stays_closed"
    return None if scope.might(to, Permission.BE_LET_IN, root.service, at) else "stays_closed"
