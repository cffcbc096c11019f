"""Tidying: deleting what signing in left behind, and closing what roles that ended by themselves had opened."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import Flask
from sqlalchemy.exc import OperationalError

from server.extensions import db, work_for, work_for_nobody
from server.services.provider import every_provider
from server.services.role_end import close_what_ended
from server.services.tidying import tidy

log = logging.getLogger("heed.jobs")


def tidy_up(app: Flask, now: datetime) -> int:
    """Tidy up provider by provider, each in its own commit. Answers how many rows were deleted."""
    with app.app_context():
        work_for_nobody()
        providers = every_provider()
        db.session.rollback()
        deleted = 0
        for provider in providers:
            work_for(provider)
            try:
                deleted += tidy(now)
                close_what_ended(provider, now)
                db.session.commit()
            except OperationalError as fault:
                # It is tried again within the hour, and nobody waits for it.
                db.session.rollback()
                log.warning("Tidying up in provider %s waits: %s", provider, fault.orig)
            except Exception:
                # Whatever is wrong with one provider, the others must not wait for it.
                db.session.rollback()
                log.exception("Tidying up in provider %s failed", provider)
        return deleted
