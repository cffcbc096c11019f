"""Letting go of photos that nobody went on sending. The phone has them still and begins anew."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from server.jobs.every_provider import for_every_provider
from server.services.photo_part import drop_old_parts


def drop_unfinished(app: Flask, now: datetime) -> int:
    """Drop old parts, provider by provider, each in its own commit. Answers how many."""
    return for_every_provider(app, "Dropping unfinished photos", lambda provider: drop_old_parts(now))
