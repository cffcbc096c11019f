"""Threads as the pure rules see them: the cast with their roles in one service, and no database anywhere.

Amina gives care, Ben supervises her, Carol is the registered manager, Gwen her deputy, Esther the safeguarding lead
and Farah the nominated individual. Leo gives care too, and is on call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from server.domain.access import MANAGERS, ON_CALL_MAY, Permission, may
from server.domain.conflict import under_influence
from server.domain.entry import Fact, entry_key
from server.domain.role import Role
from server.domain.standing import Scope
from server.services.rules import load_rules

RULES = load_rules(Path(__file__).parents[2] / "schemas")


def _id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


NORTH, GRACE = _id("north"), _id("grace")
AMINA, BEN, CAROL, GWEN, ESTHER, FARAH, LEO = map(
    _id, ("amina", "ben", "carol", "gwen", "esther", "farah", "leo")
)
NAMES = {
    AMINA: "Amina Yusuf",
    BEN: "Ben Okafor",
    CAROL: "Carol Hughes",
    GWEN: "Gwen Pritchard",
    ESTHER: "Esther Bello",
    FARAH: "Farah Khan",
    LEO: "Leo Marsh",
}
ROLES: dict[UUID, Role] = {
    AMINA: Role.WORKER,
    BEN: Role.SUPERVISOR,
    CAROL: Role.REGISTERED_MANAGER,
    GWEN: Role.DEPUTY_MANAGER,
    ESTHER: Role.SAFEGUARDING_LEAD,
    FARAH: Role.NOMINATED_INDIVIDUAL,
    LEO: Role.WORKER,
}

#: Friday 20 November 2026, five minutes to five: a review is due on Monday at five.
FRIDAY = datetime(2026, 11, 20, 16, 55, tzinfo=UTC)
MONDAY_AT_FIVE = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)

_numbers = count(1)


def scope(roles: Mapping[UUID, Role] = ROLES, on_call: UUID | None = LEO) -> Scope:
    """The world that the rules ask about: who holds which role in the north, and who is on call there."""

    def might(worker: UUID, permission: Permission, service: UUID, _at: datetime) -> bool:
        if service != NORTH:
            return False
        if permission in ON_CALL_MAY and worker == on_call:
            return True
        return worker in roles and may(permission, [roles[worker]])

    held = [(worker, NORTH, str(role)) for worker, role in roles.items()]
    return Scope(
        might=might,
        names=NAMES,
        division=lambda _service: "england-and-wales",
        money_limit=lambda _person: 3000,
        leads=lambda _service, _excluded, _author, _at: (),
        conflicted=lambda named, _at: {*named, *under_influence(named, held)},
        managers=lambda _service, _at: {worker for worker, role in roles.items() if role in MANAGERS},
    )


def wrote(
    form: str,
    answers: Mapping[str, Any],
    *,
    by: UUID = AMINA,
    at: datetime = FRIDAY,
    received_after: timedelta = timedelta(seconds=1),
    observed_at: datetime | None = None,
) -> Fact:
    """An entry that opens a thread."""
    key = entry_key(by, UUID(int=next(_numbers)))
    return Fact(
        key=key,
        thread_key=key,
        form=form,
        version=1,
        service=NORTH,
        person=GRACE,
        author=by,
        about=None,
        replaces=None,
        observed_at=observed_at or at,
        recorded_at=at,
        received_at=at + received_after,
        answers=answers,
        rules_version=1,
        calendar_version=RULES.calendar_version,
    )


def answered(about: Fact, form: str, answers: Mapping[str, Any], *, by: UUID, at: datetime) -> Fact:
    """An entry about one of a thread."""
    return replace(wrote(form, answers, by=by, at=at), thread_key=about.thread_key, about=about.key)


def corrected(fact: Fact, *, at: datetime, by: UUID | None = None, **changes: Any) -> Fact:
    """A correction of an entry: what was written before, with some answers changed."""
    new = wrote(fact.form, {**fact.answers, **changes}, by=by or fact.author, at=at)
    return replace(new, thread_key=fact.thread_key, replaces=fact.key)


def acknowledged(about: Fact, *, by: UUID, at: datetime) -> Fact:
    """Somebody says "I have this", or "I have read this"."""
    return answered(about, "acknowledgement", {"of": about.form}, by=by, at=at)
