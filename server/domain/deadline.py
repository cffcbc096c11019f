"""When something is due: working days counted in the local calendar, kept in UTC, with the working in words.

Civil rules are reckoned in Europe/London and turned into UTC last, so that a deadline over the night when the
clocks change still falls at five o'clock.
Source: docs/rules/working-days.md.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from server.domain.errors import BadInput
from server.domain.working_days import Calendar, working_day_after, working_day_before

LONDON = ZoneInfo("Europe/London")
OPENS, CLOSES = time(9, 0), time(17, 0)
LAST_MINUTE = time(23, 59)


class Mode(StrEnum):
    """At what time of the last working day something is due."""

    #: When the office closes; the default
    CLOSE_OF_DAY = "close_of_day"
    #: At the time of day at which the clock started
    SAME_CLOCK_TIME = "same_clock_time"
    #: At the end of that day
    END_2359 = "end_2359"


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, in UTC, and the working in words."""

    at: datetime
    working: str


def due_after_working_days(
    start: datetime,
    days: int,
    division: str,
    calendar: Calendar,
    *,
    extra: Collection[date] = (),
    mode: Mode = Mode.CLOSE_OF_DAY,
    closes: time = CLOSES,
) -> Due:
    """The moment at which something is due `days` working days after it started.

    Only days strictly after the local date of the start count, so an evening, a weekend or a bank holiday start
    runs from the next working day like any other.
    """
    began = start.astimezone(LONDON)
    last, passed = working_day_after(began.date(), days, division, calendar, extra)
    clock = {Mode.CLOSE_OF_DAY: closes, Mode.END_2359: LAST_MINUTE, Mode.SAME_CLOCK_TIME: began.time()}[mode]
    due = _on_the_clock(last, clock)
    return Due(due, f"due {_spoken(due)}{_left_out(passed)}")


def working_days_after(
    due: datetime, days: int, division: str, calendar: Calendar, extra: Collection[date] = ()
) -> datetime:
    """The same time of day, some working days after a deadline."""
    local = due.astimezone(LONDON)
    last, _ = working_day_after(local.date(), days, division, calendar, extra)
    return _on_the_clock(last, local.time())


def working_hours_before(
    due: datetime, hours: int, division: str, calendar: Calendar, extra: Collection[date] = ()
) -> datetime:
    """Some working hours (nine to five on working days) before a deadline."""
    local = due.astimezone(LONDON)
    day, clock, left = local.date(), min(local.time(), CLOSES), timedelta(hours=hours)
    while (open_for := _span(OPENS, clock)) < left:
        left -= max(open_for, timedelta(0))
        day, clock = working_day_before(day, division, calendar, extra), CLOSES
    return (datetime.combine(day, clock, LONDON) - left).astimezone(UTC)


def read_start(text: str) -> datetime:
    """A start as somebody types it: taken as given with an offset or Z, as local time in Britain without one.

    An ambiguous local time, in the hour that the clocks repeat in October, takes the earlier. Raises BadInput for
    a time that is no time, or that the clocks skip in March.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"“{text}” is not a time. Write it like 2026-12-24T18:30.") from error
    if moment.tzinfo is not None:
        return moment
    local = moment.replace(tzinfo=LONDON)
    if local.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != moment:
        raise BadInput(f"There was no {text} in Britain: the clocks went forward over it.")
    return local


def explain(start_text: str, days: int, division: str, calendar: Calendar) -> tuple[str, str]:
    """For a start as typed: the due time in ISO 8601 with its local offset, and the working in words."""
    start = read_start(start_text)
    try:
        due = due_after_working_days(start, days, division, calendar)
    except OverflowError as error:
        raise BadInput("That is too far away to reckon.") from error
    plural = "day" if days == 1 else "days"
    words = f"{days} working {plural} after {_spoken(start)} in {division}: {due.working}."
    warning = calendar.warning(due.at.astimezone(LONDON).date())
    return due.at.astimezone(LONDON).isoformat(), f"{words}\n{warning}" if warning else words


def _on_the_clock(day: date, clock: time) -> datetime:
    # A wall clock that the spring change skips reads an hour later; fold 0 takes the earlier of a repeated hour.
    return datetime.combine(day, clock.replace(fold=0), LONDON).astimezone(UTC)


def _span(opens: time, clock: time) -> timedelta:
    return timedelta(hours=clock.hour - opens.hour, minutes=clock.minute - opens.minute)


def _spoken(moment: datetime) -> str:
    local = moment.astimezone(LONDON)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def _left_out(passed: Sequence[tuple[date, str]]) -> str:
    if not passed:
        return ""
    names = [
        f"{day:%a} {day.day} {day:%b}"
        if why in ("Saturday", "Sunday")
        else f"{why} ({day:%a} {day.day} {day:%b})"
        for day, why in passed
    ]
    last = names.pop()
    listed = f"{', '.join(names)} and {last}" if names else last
    return f": {listed} {'do' if names else 'does'} not count"
