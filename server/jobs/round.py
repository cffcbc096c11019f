"""One round of deciding and telling."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Flask

from server.jobs.escalate import decide
from server.jobs.silence import listen
from server.jobs.tell import tell_waiting
from server.outbound.web_push import WebPush


@dataclass(frozen=True, slots=True)
class Round:
    """How many rungs were raised and how many pushes were sent."""

    raised: int
    sent: int


def web_push(app: Flask) -> WebPush:
    """What sends pushes for this instance."""
    config = app.extensions["config"]
    return WebPush(app.extensions["keys"].vapid().private, config.contact, config.push_hosts)


def tick(app: Flask, now: datetime) -> Round:
    """Raise what is due at `now`, look for silence, then tell whoever is to be told."""
    raised = decide(app, now)
    listen(app, now)
    return Round(raised, tell_waiting(app, web_push(app), now))
