"""When something is due: working days counted in the local calendar, kept in UTC, with the working in words.

Civil rules are reckoned in Europe/London and turned into UTC last, so that a deadline over the night when the
clocks change still falls at five o'clock.
Source: docs/rules/working-days.md.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from server.domain.errors import BadInput
from server.domain.working_days import (
    WEEKEND,
    Calendar,
    is_working_day,
    warning,
    working_day_after,
    working_day_before,
)

LONDON = ZoneInfo("Europe/London")
OPENS, CLOSES = time(9, 0), time(17, 0)
LAST_MINUTE = time(23, 59)
#: Before 1972 Britain kept other clocks, and nobody reckons a deadline a century ahead.
FIRST_YEAR, LAST_YEAR = 1972, 2199

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_START = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)"
    r"([Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)


class Mode(StrEnum):
    """At what time of the last working day something is due."""

    #: When the office closes; the default
    CLOSE_OF_DAY = "close_of_day"
    #: At the time of day at which the clock started
    SAME_CLOCK_TIME = "same_clock_time"
    #: At the last minute of that day
    END_2359 = "end_2359"


@dataclass(frozen=True, slots=True)
class Due:
    """When something is due, in UTC, the working in one sentence, and the days on the way that did not count."""

    at: datetime
    working: str
    passed: tuple[tuple[date, str], ...]


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
    began = _local(start)
    last, passed = working_day_after(began.date(), days, division, calendar, extra)
    clock = {Mode.CLOSE_OF_DAY: closes, Mode.END_2359: LAST_MINUTE, Mode.SAME_CLOCK_TIME: began.time()}[mode]
    due = _on_the_clock(last, clock)
    return Due(due, _working(began, due, days, passed, calendar), tuple(passed))


def working_days_after(
    due: datetime, days: int, division: str, calendar: Calendar, extra: Collection[date] = ()
) -> datetime:
    """The same time of day, some working days after a deadline."""
    return due_after_working_days(due, days, division, calendar, extra=extra, mode=Mode.SAME_CLOCK_TIME).at


def working_hours_before(
    due: datetime, hours: int, division: str, calendar: Calendar, extra: Collection[date] = ()
) -> datetime:
    """Some working hours (nine to five on working days) before a deadline."""
    local = _local(due)
    day, clock, left = local.date(), min(local.time(), CLOSES), timedelta(hours=hours)
    if not is_working_day(day, division, calendar, extra):
        clock = OPENS
    while (open_for := max(_since_midnight(clock) - _since_midnight(OPENS), timedelta(0))) < left:
        left -= open_for
        day, clock = working_day_before(day, division, calendar, extra), CLOSES
    return (datetime.combine(day, clock, LONDON) - left).astimezone(UTC)


def read_start(text: str) -> datetime:
    """A start as somebody types it, in UTC: taken as given with an offset or Z, as British time without one.

    An ambiguous local time, in the hour that the clocks repeat in October, takes the earlier. Raises BadInput for
    what is no time, or a time that the clocks skip in March.
    """
    parts = _START.fullmatch(text.strip())
    if parts is None:
        raise BadInput(f"“{text}” is not a date and time. Write it like 2026-12-24T18:30.")
    day, clock, offset = parts.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{(offset or '').upper()}")
    except ValueError as error:
        raise BadInput(
            f"“{text}” is not a day and time that there is. Write it like 2026-12-24T18:30."
        ) from error
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise BadInput(f"Heed reckons from {FIRST_YEAR} to {LAST_YEAR}; “{text}” is outside.")
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    start = moment.replace(tzinfo=LONDON).astimezone(UTC)
    if start.astimezone(LONDON).replace(tzinfo=None) != moment:
        raise BadInput(f"There is no {text} in Britain: the clocks go forward over it. Write 02:00 or later.")
    return start


def explain(
    start_text: str, days: int, division: str, calendar: Calendar, extra: Collection[date] = ()
) -> tuple[str, str]:
    """For a start as typed: the due time in ISO 8601 with its local offset, and the working in words, day by day."""
    start = _local(read_start(start_text))
    due = due_after_working_days(start, days, division, calendar, extra=extra)
    local, lines = due.at.astimezone(LONDON), [due.working]
    lines.append(
        f"Counted from the day after {spoken(start, year=True)}, in {division}: working days are Monday to Friday"
        " without bank holidays."
    )
    lines += [f"  {_day(day)} {day.year}: {why}" for day, why in due.passed if why not in WEEKEND]
    lines.append(f"Bank holidays as known on {_day(calendar.made)} {calendar.made.year}.")
    lines += filter(None, [warning(calendar, local.date())])
    return local.isoformat(timespec="seconds"), "\n".join(lines)


def spoken(moment: datetime, *, year: bool = False) -> str:
    """A moment as people say it, in local time: "Tue 29 Dec 17:00"."""
    local = moment.astimezone(LONDON)
    return f"{_day(local.date())}{f' {local.year}' if year else ''} {local.hour:02}:{local.minute:02}"


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise BadInput("A deadline needs a time with an offset: without one nobody knows when it started.")
    return moment.astimezone(LONDON)


def _on_the_clock(day: date, clock: time) -> datetime:
    # Clocks change on Sundays only, so no working day has a time that they skip; of a repeated one we take the earlier.
    return datetime.combine(day, clock.replace(fold=0), LONDON).astimezone(UTC)


def _since_midnight(clock: time) -> timedelta:
    return timedelta(
        hours=clock.hour, minutes=clock.minute, seconds=clock.second, microseconds=clock.microsecond
    )


def _day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def _working(
    began: datetime, due: datetime, days: int, passed: Collection[tuple[date, str]], calendar: Calendar
) -> str:
    local = due.astimezone(LONDON)
    words = f"due {spoken(local, year=local.year != began.year)}: {_left_out(passed) or _plainly(days)}"
    if calendar.covers(began.date()) and calendar.covers(local.date()):
        return words
    return f"{words}; bank holidays are only known for {calendar.first_year} to {calendar.last_year}"


def _plainly(days: int) -> str:
    return "the next working day" if days == 1 else f"{days} working days later"


def _left_out(passed: Collection[tuple[date, str]]) -> str:
    """What did not count, in order, weekends said once: "Christmas Day, the weekend and Boxing Day (substitute)"."""
    weekends = sum(reason == "Sunday" for _, reason in passed)
    whole = sum(reason == "Saturday" for _, reason in passed) == weekends
    names: dict[str, None] = {}
    for day, reason in passed:
        if reason in WEEKEND:
            names[_weekends(weekends, whole)] = None
        else:
            names[f"{reason} ({_day(day)})" if reason == "local holiday" else reason] = None
    if not names:
        return ""
    *most, last = names
    listed = f"{', '.join(most)} and {last}" if most else last
    return f"{listed} {'do' if most or weekends > 1 else 'does'} not count"


def _weekends(count: int, whole: bool) -> str:
    if count == 1:
        return "the weekend" if whole else "Sunday"
    return f"{count} weekends"
