"""Deciding: what is due and not raised is raised, whatever was missed while nothing ran."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from server.extensions import db, work_for, work_for_nobody
from server.services.escalation import DueRung, due_rungs, raise_rungs

#: Small enough that one provider's head is never locked for long.
AT_ONCE = 100
#: When somebody holds a provider's head for longer, the other providers come first, and it is tried again. And when
#: this process is frozen in the middle of a commit, it must not hold the head against everybody else.
PATIENCE = {"lock": "5s", "frozen": "15s"}
_BE_PATIENT = text("""
    SELECT set_config('lock_timeout', :lock, true), set_config('idle_in_transaction_session_timeout', :frozen, true)
""")

log = logging.getLogger("heed.jobs")


def decide(app: Flask, now: datetime) -> int:
    """Raise every rung that is due. Answers how many this process raised.

    1. Look across providers for rungs that are due and not raised, the longest due first.
    2. For each provider, lock its head, raise them with their notices, and commit.
    3. Go on with those after, until none is left. Another process doing the same raises none twice.
    """
    raised = 0
    last: DueRung | None = None
    while True:
        with app.app_context():
            work_for_nobody()
            due = due_rungs(now, AT_ONCE, last)
            db.session.rollback()
            if not due:
                return raised
            last = due[-1]
            due.sort(key=lambda rung: str(rung.provider))
            for provider, rungs in groupby(due, key=lambda rung: rung.provider):
                raised += _raise(app, provider, list(rungs), now)


def _raise(app: Flask, provider: UUID, rungs: Sequence[DueRung], now: datetime) -> int:
    """Raise rungs of one provider in one commit, or each in its own when one of them cannot be raised.

    Whatever is wrong with one provider or one rung, the others are raised; what was not is due at the next round.
    """
    try:
        work_for(provider)
        db.session.execute(_BE_PATIENT, PATIENCE)
        raised = raise_rungs(provider, rungs, app.extensions["rules"], now)
        db.session.commit()
    except OperationalError as fault:
        db.session.rollback()
        log.warning("The rungs of provider %s wait for the next round: %s", provider, fault.orig)
        return 0
    except Exception:
        db.session.rollback()
        if len(rungs) > 1:
            return sum(_raise(app, provider, [rung], now) for rung in rungs)
        log.exception("Rung %s %s of provider %s could not be raised", rungs[0].rule, rungs[0].rung, provider)
        return 0
    return raised
