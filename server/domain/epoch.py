"""Epochs: after a restore numbers begin again from an older place, and an epoch says which numbering is meant."""

from __future__ import annotations

from datetime import datetime


def next_epoch(*known: int, at: datetime) -> int:
    """The epoch that begins with a restore: higher than every one known, and than every one before this second.

    The database that comes back knows only the epochs up to its own backup. Restored twice from the same backup it
    would begin the same epoch twice, and phones would not notice the second time; a moment cannot come twice.
    """
    return max(*known, int(at.timestamp()) - 1) + 1
