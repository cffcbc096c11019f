"""Doing something for one provider after the other, each in its own commit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import OperationalError

from server.extensions import db, work_for, work_for_nobody
from server.services.provider import every_provider

log = logging.getLogger("heed.jobs")


def for_every_provider(app: Flask, what: str, do: Callable[[UUID], int]) -> int:
    """Do `what` for every provider and answer the sum. One for whom it cannot be done keeps no other waiting."""
    with app.app_context():
        work_for_nobody()
        providers = every_provider()
        db.session.rollback()
        done = 0
        for provider in providers:
            work_for(provider)
            try:
                count = do(provider)
                db.session.commit()
                done += count
            except OperationalError as fault:
                # The next round finds it again.
                db.session.rollback()
                log.warning("%s in provider %s waits: %s", what, provider, fault.orig)
            except Exception:
                db.session.rollback()
                log.exception("%s in provider %s failed", what, provider)
        return done
