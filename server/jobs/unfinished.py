"""Letting go of photos that nobody went on sending. The phone has them still and begins anew."""

from __future__ import annotations

from datetime import datetime

from flask import Flask

from server.extensions import db, work_for, work_for_nobody
from server.services.photo_part import drop_old_parts
from server.services.provider import every_provider


def drop_unfinished(app: Flask, now: datetime) -> None:
    """Drop old parts, provider by provider, each in its own commit."""
    with app.app_context():
        work_for_nobody()
        providers = every_provider()
        db.session.rollback()
        for provider in providers:
            work_for(provider)
            drop_old_parts(now)
            db.session.commit()
