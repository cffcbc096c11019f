"""Whether a device is in touch, and what somebody should know when it is not.

Source: docs/rules/device-health.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: What is unsent for so long although the device was in touch does not go by itself.
STUCK_AFTER = timedelta(minutes=15)
#: A device that holds something and says nothing for so long is looked for.
SILENT_AFTER = timedelta(hours=12)
#: A shift that is over for so long, and that nothing was heard from, is looked for.
SHIFT_SILENT_AFTER = timedelta(hours=2)
#: A shift that nobody could look into any more is left alone.
SHIFT_LOOKED_BACK = timedelta(days=3)


class Worry(StrEnum):
    """One thing about a device that somebody should see to, and the words for it."""

    SILENT = "It holds something that is not sent, and has not been in touch. Ask its worker to open Heed."
    STUCK = (
        "Something on it does not go, although it was in touch. Open Heed on it and look at 'Not sent yet'."
    )
    MAY_LOSE = "Its browser may clear what is kept on it when space is short. Put Heed on its Home Screen."
    NO_ALERTS = "It cannot be told anything: alerts are off."


@dataclass(frozen=True, slots=True)
class Heard:
    """What a device last said of itself, and whether a push reaches it as far as we know."""

    last_seen_at: datetime | None
    reported_at: datetime | None
    unsent: int
    oldest_unsent_at: datetime | None
    storage_kept: bool | None
    is_told: bool


def worries(heard: Heard, at: datetime) -> list[Worry]:
    """What somebody should see to about a device at a moment, the gravest first."""
    found: list[Worry] = []
    if is_silent(heard, at):
        found.append(Worry.SILENT)
    if is_stuck(heard):
        found.append(Worry.STUCK)
    if heard.storage_kept is False:
        found.append(Worry.MAY_LOSE)
    if not heard.is_told:
        found.append(Worry.NO_ALERTS)
    return found


def is_silent(heard: Heard, at: datetime) -> bool:
    """Whether a device that holds something has said nothing for too long."""
    return heard.unsent > 0 and heard.last_seen_at is not None and at - heard.last_seen_at >= SILENT_AFTER


def is_stuck(heard: Heard) -> bool:
    """Whether something stayed on a device that was in touch: it had a quarter of an hour to go and did not."""
    if heard.reported_at is None or heard.oldest_unsent_at is None or heard.unsent == 0:
        return False
    return heard.reported_at - heard.oldest_unsent_at >= STUCK_AFTER


def shift_is_silent(until: datetime, last_seen_at: datetime | None, begin: datetime, at: datetime) -> bool:
    """Whether a shift is over and nothing was heard from its worker's devices since it began."""
    if not SHIFT_SILENT_AFTER <= at - until <= SHIFT_LOOKED_BACK:
        return False
    return last_seen_at is None or last_seen_at < begin
