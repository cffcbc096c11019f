"""Ladders: who is told when nobody answers, step by step and ever higher up.

A step never tells nobody: when it would, it tells the next step's people instead. A restricted thread goes only to
those who may read it, so the ladder goes round whoever it names.
Source: docs/rules/escalation.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.domain.deadline import working_days_after, working_hours_before
from server.domain.working_days import Calendar

#: When even the last step would tell nobody, these are asked in turn.
LAST_RESORT = ("safeguarding_lead", "deputy_manager", "registered_manager", "nominated_individual",
               "provider_representative")  # fmt: skip
LEADS = ("safeguarding_lead", "nominated_individual")


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a ladder at its moment."""

    rung: int
    at: datetime
    to: tuple[str, ...]


@dataclass(frozen=True)
class Ladders:
    """Every ladder, by name."""

    version: int
    rungs: Mapping[str, Sequence[Mapping[str, Any]]]

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Ladders:
        """The ladders in a file."""
        return cls(content["version"], {name: each["rungs"] for name, each in content["ladders"].items()})

    def rung_times(
        self, ladder: str, start: datetime, due: datetime, division: str | None, calendar: Calendar
    ) -> tuple[Step, ...]:
        """When each step of a ladder fires for a deadline that started and falls due at these moments."""
        return tuple(
            Step(rung["rung"], _moment(rung, start, due, division, calendar), tuple(rung["to"]))
            for rung in self.rungs[ladder]
        )

    def above(self, ladder: str, rung: int) -> list[str]:
        """Whom the later steps of a ladder tell, in turn."""
        return [who for each in self.rungs[ladder] if each["rung"] > rung for who in each["to"]]


def recipients(
    to: Sequence[str],
    above: Sequence[str],
    who: Callable[[str], Sequence[UUID]],
    *,
    allowed: Collection[UUID] | None,
) -> tuple[UUID, ...]:
    """The workers whom a step tells.

    `to` are the words of the step, `above` those of later steps, and `who` finds the workers behind a word now.
    `allowed` are the only ones who may be told, or None when the thread is not restricted.
    """
    if allowed is not None:
        # Whoever may read a restricted thread is told of it at every step; nobody else ever is.
        leads = [worker for word in LEADS for worker in who(word) if worker in allowed]
        return tuple(dict.fromkeys(leads)) or tuple(allowed)
    told = tuple(dict.fromkeys(worker for word in to for worker in who(word)))
    if told:
        return told
    for word in (*above, *LAST_RESORT):
        if found := tuple(who(word)):
            return found
    return ()


def _moment(
    rung: Mapping[str, Any], start: datetime, due: datetime, division: str | None, calendar: Calendar
) -> datetime:
    if "minutes" in rung:
        return start + timedelta(minutes=rung["minutes"])
    if "minutes_after_due" in rung:
        return due + timedelta(minutes=rung["minutes_after_due"])
    if division is None:
        raise ValueError("a ladder in working days needs a division")
    if "working_hours_before_due" in rung:
        return working_hours_before(due, rung["working_hours_before_due"], division, calendar)
    return working_days_after(due, rung["working_days_after_due"], division, calendar)
