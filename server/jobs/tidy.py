"""Tidying: deleting what signing in left behind, and closing what roles that ended by themselves had opened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Flask

from server.jobs.every_provider import for_every_provider
from server.services.role_end import close_what_ended
from server.services.tidying import tidy


def tidy_up(app: Flask, now: datetime) -> int:
    """Tidy up provider by provider, each in its own commit. Answers how many rows were deleted."""

    def one(provider: UUID) -> int:
        deleted = tidy(now)
        close_what_ended(provider, now)
        return deleted

    return for_every_provider(app, "Tidying up", one)
