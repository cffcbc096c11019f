"""Concerns, decisions about them, and what the rules make of both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.domain import concern
from server.domain.entry import Fact
from server.domain.role import Role
from server.domain.standing import Deadline, Standing
from tests import answers
from tests.domain.threads import CAROL, FRIDAY, GRACE, ROLES, RULES, answered, scope, wrote

IN_TEN_MINUTES = FRIDAY + timedelta(minutes=10)


def worried(**changes: Any) -> Fact:
    """A concern of Amina's in which nothing is urgent, but for the answers that a test changes."""
    return wrote("concern", answers.concern(GRACE, **changes))


def red(**changes: Any) -> Fact:
    """A concern about somebody who is not safe now."""
    return worried(safe_now="no", **changes)


def decided(
    about: Fact,
    decision: str = "no_further_action",
    *,
    by: UUID = CAROL,
    at: datetime = IN_TEN_MINUTES,
    **changes: Any,
) -> Fact:
    """What somebody decides about it: Carol, ten minutes later, unless a test says otherwise."""
    return answered(about, "review", answers.review(decision, **changes), by=by, at=at)


def stand(*thread: Fact, roles: Mapping[UUID, Role] = ROLES, low_concerns: int = 0) -> Standing:
    """What the rules make of these entries of one thread."""
    world = scope(roles)
    return concern.stand(concern.sort_out(thread, RULES, world, low_concerns), RULES, world)


def clock(stands: Standing, rule: str) -> Deadline:
    """The one deadline of this rule."""
    (found,) = [deadline for deadline in stands.deadlines if deadline.rule == rule]
    return found


def reason(stands: Standing, fact: Fact) -> str | None:
    """Why an entry changed nothing, or None when it counts."""
    return stands.effects[fact.key].reason
