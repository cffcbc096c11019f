"""The rules in force: severity, lexicon, ladders and bank holidays, as one thing to hand to whoever derives.

Every entry remembers the version under which it was received, so new rules never rewrite what was promised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.domain.deadline import due_after_working_days
from server.domain.ladder import Ladders
from server.domain.lexicon import Hit, Lexicon
from server.domain.severity import Judgement, SeverityTable
from server.domain.standing import Deadline, RungTime, text_of
from server.domain.working_days import Calendar

__all__ = ["Judgement", "Rules"]

#: Every indicator is reviewed by the end of the next working day.
REVIEW_WITHIN = 1
AFFIRMED, SUSPECT = "affirmed", "suspect"


@dataclass(frozen=True)
class Rules:
    """One version of everything that the rules are made of."""

    version: int
    severity: SeverityTable
    lexicon: Lexicon
    ladders: Ladders
    calendar: Calendar

    @property
    def calendar_version(self) -> str:
        """Which list of bank holidays is in force."""
        return self.calendar.version

    def judge(self, answers: Mapping[str, Any], low_concerns: int) -> Judgement:
        """How grave a concern is, whether it is restricted, and why."""
        return self.severity.judge(
            answers, self.lexicon.hits(text_of(answers, "what_happened")), low_concerns
        )

    def suspect_hits(self, text: str) -> list[Hit]:
        """What the lexicon takes for a strong sign in a text, where the writer did not deny it."""
        return [hit for hit in self.lexicon.hits(text, SUSPECT) if hit.status == AFFIRMED] if text else []

    def sounds_dangerous(self, text: str) -> bool:
        """Whether a text that could not be read as answers holds a strong sign."""
        return bool(self.suspect_hits(text))

    def review_deadline(self, start: datetime, stop: datetime | None, division: str) -> Deadline:
        """A review is owed by the end of the next working day after it was written."""
        return self._working_days("review", "review", start, REVIEW_WITHIN, stop, division)

    def check_deadline(self, start: datetime, days: int, stop: datetime | None, division: str) -> Deadline:
        """A check of a receipt is owed within some working days. Nobody is told of it but in the list."""
        return self._working_days("check", None, start, days, stop, division)

    def minutes_deadline(
        self,
        *,
        rule: str,
        version: int,
        ladder: str,
        start: datetime,
        within: timedelta,
        stop: datetime | None,
    ) -> Deadline:
        """A promise that runs day and night."""
        due = start + within
        return Deadline(
            rule=rule,
            version=version,
            ladder=ladder,
            start=start,
            due=due,
            stop=stop,
            working=f"within {round(within.total_seconds() / 60)} minutes, day and night",
            calendar_version=self.calendar.version,
            rungs=self._rungs(ladder, start, due, None),
        )

    def _working_days(
        self, rule: str, ladder: str | None, start: datetime, days: int, stop: datetime | None, division: str
    ) -> Deadline:
        due = due_after_working_days(start, days, division, self.calendar)
        return Deadline(
            rule=rule,
            version=1,
            ladder=ladder or "",
            start=start,
            due=due.at,
            stop=stop,
            working=due.working,
            calendar_version=self.calendar.version,
            rungs=self._rungs(ladder, start, due.at, division) if ladder else (),
        )

    def _rungs(
        self, ladder: str, start: datetime, due: datetime, division: str | None
    ) -> tuple[RungTime, ...]:
        return tuple(
            RungTime(each.rung, each.at, each.to)
            for each in self.ladders.rung_times(ladder, start, due, division, self.calendar)
        )
