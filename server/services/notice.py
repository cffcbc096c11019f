"""Notices on their way to people's devices: claiming one, and noting how the attempt ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Update, select, text, update

from server.extensions import db
from server.models import Notice, NoticeAttempt, NoticeDelivery, PushSubscription

#: Nobody else tries while an attempt is under way; after it, the attempt is taken for lost.
LEASE = timedelta(seconds=20)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
#: By then the ladder has long gone higher up; the notice in the app remains.
MOST_ATTEMPTS = 20

_WAITING = text("""
    SELECT provider_id, notice_id, subscription_id FROM notice_delivery
    WHERE state = 'waiting' AND next_at <= :now ORDER BY next_at LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice for one subscription."""

    provider: UUID
    notice: UUID
    subscription: UUID


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours to try, with all that is needed for it outside any commit."""

    delivery: Delivery
    attempts: int
    endpoint: str
    p256dh: str
    auth: str
    is_red: bool


def waiting(now: datetime, most: int) -> Sequence[Delivery]:
    """Deliveries whose time has come, over all providers. For the jobs' own database role."""
    return [Delivery(*row) for row in db.session.execute(_WAITING, {"now": now, "most": most})]


def claim(delivery: Delivery, now: datetime) -> Claimed | None:
    """Take a delivery for one attempt; None when somebody else has it or it is done."""
    row = db.session.scalar(
        select(NoticeDelivery)
        .where(
            NoticeDelivery.notice_id == delivery.notice,
            NoticeDelivery.subscription_id == delivery.subscription,
            NoticeDelivery.state == "waiting",
            NoticeDelivery.next_at <= now,
        )
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    to = db.session.scalar(select(PushSubscription).where(PushSubscription.id == delivery.subscription))
    notice = db.session.scalar(select(Notice).where(Notice.id == delivery.notice))
    if to is None or notice is None or to.gone_at is not None:
        row.state = "gone"
        return None
    if row.attempts >= MOST_ATTEMPTS:
        # Whoever tried before never came back to say how it ended.
        row.state = "given_up"
        return None
    row.attempts += 1
    row.next_at = now + LEASE
    is_red = notice.severity == "red"
    return Claimed(delivery, row.attempts, to.endpoint, to.p256dh, to.auth, is_red)


def sent(claimed: Claimed, status: int | None, now: datetime) -> None:
    """The push service took it."""
    _end(claimed, "sent", now, status, "The push service took it.", sent_at=now)
    _mark(claimed, PushSubscription.refused_at.is_not(None), refused_at=None)


def gone(claimed: Claimed, status: int | None, now: datetime) -> None:
    """The subscription is dead. It is dropped, but only if it still has the address that is dead."""
    _end(claimed, "gone", now, status, "This device can be told no more.")
    _mark(claimed, PushSubscription.gone_at.is_(None), gone_at=now)


def refused(claimed: Claimed, status: int | None, words: str, now: datetime) -> None:
    """The push service will never take it. Perhaps the next one; until then nobody may count on this device."""
    _end(claimed, "given_up", now, status, words)
    _mark(claimed, PushSubscription.gone_at.is_(None), refused_at=now)


def _mark(claimed: Claimed, only_if: ColumnElement[bool], **values: datetime | None) -> None:
    """Note what became of a subscription, unless the device has subscribed anew meanwhile."""
    db.session.execute(
        update(PushSubscription)
        .where(
            PushSubscription.id == claimed.delivery.subscription,
            PushSubscription.endpoint == claimed.endpoint,
            only_if,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def later(
    claimed: Claimed, status: int | None, words: str, now: datetime, wait: timedelta | None, jitter: float
) -> None:
    """It did not work this time: try again, after as long as the push service asks, or ever more slowly."""
    if claimed.attempts >= MOST_ATTEMPTS:
        refused(claimed, status, words, now)
        return
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(claimed.attempts - 1, 8)) * (1 + jitter)
    _note(claimed, status, words, now)
    db.session.execute(
        _this(claimed)
        .values(next_at=now + max(pause, wait or timedelta(0)))
        .execution_options(synchronize_session=False)
    )


def _end(
    claimed: Claimed,
    state: str,
    now: datetime,
    status: int | None,
    words: str,
    sent_at: datetime | None = None,
) -> None:
    _note(claimed, status, words, now)
    db.session.execute(
        _this(claimed).values(state=state, sent_at=sent_at).execution_options(synchronize_session=False)
    )


def _this(claimed: Claimed) -> Update:
    return update(NoticeDelivery).where(
        NoticeDelivery.notice_id == claimed.delivery.notice,
        NoticeDelivery.subscription_id == claimed.delivery.subscription,
        NoticeDelivery.state == "waiting",
    )


def _note(claimed: Claimed, status: int | None, words: str, now: datetime) -> None:
    db.session.add(
        NoticeAttempt(
            provider_id=claimed.delivery.provider,
            id=uuid4(),
            notice_id=claimed.delivery.notice,
            subscription_id=claimed.delivery.subscription,
            at=now,
            status=status,
            words=words,
        )
    )
