"""Telling: one notice to one device, at least once; a second push of it takes the place of the first."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import monotonic

from flask import Flask

from server.extensions import db, work_for, work_for_nobody
from server.outbound.web_push import Answer, Ending, WebPush
from server.services import notice
from server.services.notice import Claimed, Delivery

AT_ONCE = 100
#: A push service that hangs holds up one of these and no more.
TOGETHER = 6

log = logging.getLogger("heed.jobs")


def tell(app: Flask, push: WebPush, delivery: Delivery, now: datetime) -> bool:
    """Try one delivery.

    1. Claim it, with a lease, and commit. If another process has it, leave it.
    2. Send it, with no commit open, so that a slow push service holds nothing up.
    3. Note how it ended and commit. A process that dies before this leaves it to be tried again.
    """
    passed = _clock(now)
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
        _note(claimed, answer, passed())
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
            notice.later(
                claimed, answer.status, answer.words, now, answer.wait, secrets.randbelow(1000) / 1000
            )


def tell_waiting(app: Flask, push: WebPush, now: datetime) -> int:
    """Try every delivery whose time has come, several at a time. Answers how many were sent."""
    with app.app_context():
        work_for_nobody()
        waiting = notice.waiting(now, AT_ONCE)
        db.session.rollback()
    passed = _clock(now)

    def try_one(delivery: Delivery) -> bool:
        try:
            return tell(app, push, delivery, passed())
        except Exception:
            # The others must not wait for it; its lease runs out and it is tried again.
            log.exception("Notice %s could not be told", delivery.notice)
            return False

    with ThreadPoolExecutor(TOGETHER, thread_name_prefix="tell") as pool:
        return sum(pool.map(try_one, waiting))


def _clock(now: datetime) -> Callable[[], datetime]:
    """Time going on from a moment: pushes take seconds, and a lease that begins in the past holds nobody off."""
    begun = monotonic()
    return lambda: now + timedelta(seconds=monotonic() - begun)
