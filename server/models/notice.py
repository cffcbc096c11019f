"""Facts about telling: which rungs were raised, who was told, how each attempt ended, who may read a thread."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.extensions import Model
from server.models.mixins import ProviderScoped, within_provider
from server.models.types import UtcDateTime


class Escalation(ProviderScoped, Model):
    """A rung that has fired. Its key makes each rung fire once, whatever happens to whoever raises it."""

    __tablename__ = "escalation"

    thread_key: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    rung: Mapped[int] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recipients: Mapped[list[Any]] = mapped_column(JSONB)


class Notice(ProviderScoped, Model):
    """Something one worker must be told. The notice in the app is the truth; a push only points at it."""

    __tablename__ = "notice"
    __table_args__ = (
        within_provider("worker_id", "worker"),
        UniqueConstraint("provider_id", "worker_id", "thread_key", "rule", "version", "rung"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID]
    thread_key: Mapped[str]
    rule: Mapped[str]
    version: Mapped[int]
    rung: Mapped[int]
    severity: Mapped[str | None]
    words: Mapped[str]
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoticeDelivery(ProviderScoped, Model):
    """One notice on its way to one subscription: waiting, sent, gone or given_up."""

    __tablename__ = "notice_delivery"
    __table_args__ = (
        within_provider("notice_id", "notice"),
        within_provider("subscription_id", "push_subscription"),
        Index("ix_notice_delivery_waiting", "next_at", postgresql_where="state = 'waiting'"),
    )

    notice_id: Mapped[UUID] = mapped_column(primary_key=True)
    subscription_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoticeAttempt(ProviderScoped, Model):
    """One attempt to tell, and how it ended."""

    __tablename__ = "notice_attempt"
    __table_args__ = (within_provider("notice_id", "notice"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID]
    subscription_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[int | None]
    words: Mapped[str]


class PushSubscription(ProviderScoped, Model):
    """Where a worker's device can be reached by Web Push.

    `gone_at` is when it ended. `refused_at` is when its push service last would not take a push: it is tried again,
    but nobody may count on it.
    """

    __tablename__ = "push_subscription"
    __table_args__ = (
        within_provider("worker_id", "worker"),
        within_provider("device_id", "device"),
        UniqueConstraint("provider_id", "device_id", "worker_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID]
    device_id: Mapped[UUID]
    endpoint: Mapped[str]
    p256dh: Mapped[str]
    auth: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ThreadReader(ProviderScoped, Model):
    """A worker who may read one restricted thread, from the moment it was so decided."""

    __tablename__ = "thread_reader"
    __table_args__ = (within_provider("worker_id", "worker"),)

    thread_key: Mapped[str] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class ThreadRead(ProviderScoped, Model):
    """A worker was handed a restricted thread: when first, and when last. A fact, never worked out again."""

    __tablename__ = "thread_read"
    __table_args__ = (within_provider("worker_id", "worker"),)

    thread_key: Mapped[str] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
