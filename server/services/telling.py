"""Telling one worker something: a notice in the app, and a push to each of their devices that points at it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from server.domain.audience import of_worker
from server.extensions import db, queue
from server.models import Notice, NoticeDelivery, PushSubscription
from server.services.feed import Feed

#: What somebody is told to whom a thread is opened. It names nobody, like every notice.
LET_IN = "The safeguarding lead has let you read something. Please read it."


def tell(
    feed: Feed,
    worker: UUID,
    *,
    about: str,
    rule: str,
    version: int = 1,
    rung: int = 0,
    severity: str | None = None,
    words: str,
    now: datetime,
) -> bool:
    """Tell a worker once. False when they were told of just this before.

    `about` is the key of a thread, or names what is no thread with a colon in it, such as a device.
    """
    notice = uuid4()
    added = db.session.execute(
        insert(Notice)
        .values(
            provider_id=feed.provider,
            id=notice,
            worker_id=worker,
            thread_key=about,
            rule=rule,
            version=version,
            rung=rung,
            severity=severity,
            words=words,
            raised_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Notice.id)
    ).first()
    if added is None:
        return False
    feed.announce([of_worker(worker)], "notice", str(notice))
    live = select(PushSubscription.id).where(
        PushSubscription.worker_id == worker, PushSubscription.gone_at.is_(None)
    )
    for subscription in db.session.scalars(live).all():
        db.session.add(
            NoticeDelivery(
                provider_id=feed.provider,
                notice_id=notice,
                subscription_id=subscription,
                state="waiting",
                attempts=0,
                next_at=now,
            )
        )
        queue.defer("tell", provider=str(feed.provider), notice=str(notice), subscription=str(subscription))
    return True


def tell_let_in(feed: Feed, thread_key: str, workers: Iterable[UUID], now: datetime) -> None:
    """Tell those to whom a restricted thread is opened, each once."""
    for worker in workers:
        tell(feed, worker, about=thread_key, rule="opening", words=LET_IN, now=now)
