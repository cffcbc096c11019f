"""Deciding: what is due and not raised is raised, whatever was missed while nothing ran."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from server.extensions import db, work_for, work_for_nobody
from server.services.escalation import due_rungs, raise_rungs

#: Small enough that one provider's head is never locked for long.
AT_ONCE = 200


def decide(app: Flask, now: datetime) -> int:
    """Raise every rung that is due. Answers how many this process raised.

    1. Look across providers for rungs that are due and not raised.
    2. For each provider, lock its head, raise them with their notices, and commit.
    3. Go on until nothing is due. Another process doing the same raises none twice.
    """
    raised = 0
    while True:
        with app.app_context():
            work_for_nobody()
            due = due_rungs(now, AT_ONCE)
            db.session.rollback()
            before = raised
            for provider, rungs in due.items():
                work_for(provider)
                raised += raise_rungs(provider, rungs, app.extensions["rules"], now)
                db.session.commit()
            if raised == before:
                return raised
