"""A fault of ours while something that a person wrote was at hand: noted for whoever mends it, without what it said."""

from __future__ import annotations

import logging
import traceback

log = logging.getLogger("heed.fault")


def note_fault(doing: str, fault: Exception) -> None:
    """Log where a fault happened and of which kind.

    Its message is left out, because it may quote what somebody wrote, and logs are read by others.
    """
    frames = traceback.extract_tb(fault.__traceback__)
    where = " < ".join(f"{each.filename}:{each.lineno} {each.name}" for each in reversed(frames))
    log.error("%s failed with %s at %s", doing, type(fault).__name__, where)
