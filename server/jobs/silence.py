"""Looking for silence: devices that hold something and say nothing, shifts that nothing was heard from."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from server.jobs.every_provider import for_every_provider
from server.services.device_health import tell_of_silence


def listen(app: Flask, now: datetime) -> int:
    """Tell managers of what fell silent, provider by provider, each in its own commit. Answers how many notices."""
    return for_every_provider(app, "Looking for silence", lambda provider: tell_of_silence(provider, now))
