"""Rosters: who is on call and on shift, when.

What has been stays as it was, since deadlines were told by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from server.domain.errors import BadInput

#: A slot that is longer was typed wrongly.
LONGEST_SLOT = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Slot:
    """Somebody on call: rank 1 is told first, rank 2 when rank 1 does not answer."""

    rank: int
    worker: UUID
    number: str
    begin: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift: who is on duty, from when until when."""

    id: UUID | None
    begin: datetime
    until: datetime
    workers: tuple[UUID, ...]


def check_times(slots: Sequence[Slot | Duty]) -> None:
    """Raise BadInput for a slot that ends before it begins or lasts too long."""
    for place, slot in enumerate(slots):
        if slot.until <= slot.begin:
            raise BadInput("A slot ends before it begins.", {f"{place}.until": ["End after the beginning."]})
        if slot.until - slot.begin > LONGEST_SLOT:
            raise BadInput("A slot is too long.", {f"{place}.until": ["A slot lasts 31 days at most."]})


def check_one_at_a_time(slots: Sequence[Slot]) -> None:
    """Raise BadInput when two people would hold the same rank at once: nobody would know whom to ring."""
    for rank in sorted({slot.rank for slot in slots}):
        of_rank = sorted((slot for slot in slots if slot.rank == rank), key=lambda slot: slot.begin)
        for earlier, later in pairwise(of_rank):
            if later.begin < earlier.until:
                raise BadInput(
                    f"Two people would be on call at rank {rank} at once.",
                    {f"{slots.index(later)}.from": ["Somebody else is on call then."]},
                )


def from_now_on(slot: Slot, kept: Sequence[Slot], now: datetime) -> Slot | None:
    """A wanted slot as far as it may still be decided: what has begun keeps its beginning only if it was so.

    None for a slot that is over.
    """
    if slot.until <= now:
        return None
    if slot.begin >= now or any(_same(slot, old) for old in kept):
        return slot
    return Slot(slot.rank, slot.worker, slot.number, now, slot.until)


def _same(one: Slot, other: Slot) -> bool:
    return (one.rank, one.worker, one.begin) == (other.rank, other.worker, other.begin)
