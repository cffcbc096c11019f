"""Telling: one notice to one device, at least once; a second push of it takes the place of the first."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask import Flask

from server.extensions import db, work_for, work_for_nobody
from server.outbound.web_push import Answer, Ending, WebPush
from server.services import notice
from server.services.notice import Claimed, Delivery

AT_ONCE = 100


def tell(app: Flask, push: WebPush, delivery: Delivery, now: datetime) -> bool:
    """Try one delivery.

    1. Claim it, with a lease, and commit. If another process has it, leave it.
    2. Send it, with no commit open, so that a slow push service holds nothing up.
    3. Note how it ended and commit. A process that dies before this leaves it to be tried again.
    """
    with app.app_context():
        work_for(delivery.provider)
        claimed = notice.claim(delivery, now)
        db.session.commit()
        if claimed is None:
            return False
        answer = push.send(
            claimed.endpoint, claimed.p256dh, claimed.auth, delivery.notice, is_red=claimed.is_red
        )
        work_for(delivery.provider)
        _note(claimed, answer, now)
        db.session.commit()
        return answer.ending is Ending.SENT


def _note(claimed: Claimed, answer: Answer, now: datetime) -> None:
    match answer.ending:
        case Ending.SENT:
            notice.sent(claimed, answer.status, now)
        case Ending.GONE:
            notice.gone(claimed, answer.status, now)
        case Ending.REFUSED:
            notice.refused(claimed, answer.status, answer.words, now)
        case Ending.LATER:
            notice.later(claimed, answer.status, answer.words, now, answer.wait, secrets.randbelow(1000) / 1000)


def tell_waiting(app: Flask, push: WebPush, now: datetime) -> int:
    """Try every delivery whose time has come. Answers how many were sent."""
    with app.app_context():
        work_for_nobody()
        waiting = notice.waiting(now, AT_ONCE)
        db.session.rollback()
    return sum(tell(app, push, delivery, now) for delivery in waiting)
