"""Looking for silence: devices that hold something and say nothing, shifts that nothing was heard from."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import Flask
from sqlalchemy.exc import OperationalError

from server.extensions import db, work_for, work_for_nobody
from server.services.device_health import tell_of_silence
from server.services.provider import every_provider

log = logging.getLogger("heed.jobs")


def listen(app: Flask, now: datetime) -> int:
    """Tell managers of what fell silent, provider by provider, each in its own commit. Answers how many notices."""
    with app.app_context():
        work_for_nobody()
        providers = every_provider()
        db.session.rollback()
        told = 0
        for provider in providers:
            work_for(provider)
            try:
                told += tell_of_silence(provider, now)
                db.session.commit()
            except OperationalError as fault:
                # The next round finds it again: what is silent stays so until it is heard.
                db.session.rollback()
                log.warning("Looking for silence in provider %s waits: %s", provider, fault.orig)
            except Exception:
                # Whatever is wrong with one provider, the others must not wait for it.
                db.session.rollback()
                log.exception("Looking for silence in provider %s failed", provider)
        return told
