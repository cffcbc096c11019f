"""Ladders: who is told when nobody answers, step by step and ever higher up.

A step never tells nobody while somebody may be told: when its own people are missing, it tells those of the next
step, and in the end whoever leads the service. A restricted thread goes only to those who may read it, and nobody
whom a thread names is ever told of it.
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

#: When every step above would tell nobody either, these are asked in turn, from the bottom up.
LAST_RESORT = (
    "on_call_1",
    "on_call_2",
    "deputy_manager",
    "registered_manager",
    "safeguarding_lead",
    "service_manager",
    "nominated_individual",
    "provider_representative",
    "quality_lead",
    "supervisor",
    "team_leader",
    "coordinator",
)
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
            # Two working hours before a short deadline may lie before its start: nobody is told of what is not yet.
            Step(rung["rung"], max(start, _moment(rung, start, due, division, calendar)), tuple(rung["to"]))
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
    excluded: Collection[UUID] = (),
) -> tuple[UUID, ...]:
    """The workers whom a step tells, each once.

    `to` are the words of the step, `above` those of later steps, and `who` finds the workers behind a word now.
    `allowed` are the only ones who may be told, or None when the thread is not restricted. `excluded` are those
    whom the thread names. Nobody is the answer only when nobody is left: then the council must be rung.
    """

    def found(words: Sequence[str]) -> tuple[UUID, ...]:
        workers = (worker for word in words for worker in who(word))
        return tuple(
            dict.fromkeys(
                worker
                for worker in workers
                if worker not in excluded and (allowed is None or worker in allowed)
            )
        )

    if allowed is not None:
        # Its leads are told at every step, whoever they let in at the steps that name them, and nobody else ever.
        return found((*LEADS, *to)) or tuple(worker for worker in allowed if worker not in excluded)
    if told := found(to):
        return told
    return next((told for word in (*above, *LAST_RESORT) if (told := found([word]))), ())


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
