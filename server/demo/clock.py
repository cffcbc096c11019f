"""When things happen in the story: so many days before now, so long after something or before it was due."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
#: The story begins this many days before now.
DAYS = 27

_SPAN = re.compile(r"(?P<due>due)?(?P<sign>[+-])(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?$")
_WEEKDAY = re.compile(r"\{weekday\.(\d+)\}")


@dataclass(frozen=True)
class Clock:
    """Reads the times of the story as seen from `now`."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.astimezone(LONDON).date()

    def moment(self, day: int, at: str) -> datetime:
        """A time of day, `day` days ago."""
        return datetime.combine(self.today - timedelta(days=day), time.fromisoformat(at), LONDON)

    def of(self, told: Mapping[str, Any]) -> datetime:
        """When something was written: on a `day` `at` a time, or so long `ago`."""
        if "ago" in told:
            return (self.now - span(told["ago"])).astimezone(LONDON).replace(microsecond=0)
        return self.moment(told["day"], told["at"])

    def after(self, start: datetime, when: str, due: datetime | None = None) -> datetime:
        """So long after `start`, or before or after it was `due`. Nobody decides late on a weekend."""
        parts = _parts(when)
        if not parts["due"]:
            return start + _signed(parts)
        if due is None:
            raise ValueError(f"{when} needs something that is due")
        moment = due.astimezone(LONDON) + _signed(parts)
        while parts["sign"] == "+" and moment.weekday() >= 5:
            moment += timedelta(days=1)
        return moment

    def filled(self, text: str) -> str:
        """The text with `{weekday.9}` as the weekday of nine days ago."""
        return _WEEKDAY.sub(lambda found: f"{self.today - timedelta(days=int(found[1])):%A}", text)


def span(words: str) -> timedelta:
    """A length of time such as `1d18h` or `-40m`."""
    return _signed(_parts(words if words[0] in "+-" else f"+{words}"))


def _parts(words: str) -> dict[str, str | None]:
    found = _SPAN.match(words)
    if found is None:
        raise ValueError(f"{words} is not a length of time")
    return found.groupdict()


def _signed(parts: Mapping[str, str | None]) -> timedelta:
    length = timedelta(days=int(parts["d"] or 0), hours=int(parts["h"] or 0), minutes=int(parts["m"] or 0))
    return -length if parts["sign"] == "-" else length
