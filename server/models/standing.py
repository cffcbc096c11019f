"""What the rules make of what people wrote. Everything here can be thrown away and worked out again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.dialects.postgresql import JSON, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.extensions import Model
from server.models.mixins import ImpliedProvider, ProviderScoped, within_provider
from server.models.types import UtcDateTime


class Standing(ImpliedProvider, Model):
    """What the system derives for a thread. `document` is what a reader is shown; nothing in it depends on now.

    It is kept as the text that readers fetch, which JSONB would have to be made into for each of them.

    `excluded` are the workers whom the thread names: never its readers, and never shown to anybody.
    """

    __tablename__ = "standing"
    __table_args__ = (
        within_provider("service_id", "service"),
        Index(None, "provider_id", "service_id", "state"),
        Index(
            None, "provider_id", "person_id", "form", "recorded_at", postgresql_where="balance IS NOT NULL"
        ),
    )

    thread_key: Mapped[str] = mapped_column(primary_key=True)
    form: Mapped[str]
    service_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    author_id: Mapped[UUID]
    state: Mapped[str]
    severity: Mapped[str | None]
    restricted: Mapped[bool]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    balance: Mapped[int | None]
    rules_version: Mapped[int]
    excluded: Mapped[list[str]] = mapped_column(JSONB)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


class Deadline(ProviderScoped, Model):
    """A promise with a clock. `working` is the reckoning in words; `stop_at` is when it was kept."""

    __tablename__ = "deadline"
    __table_args__ = (
        Index(None, "provider_id", "due_at"),
        Index("ix_deadline_open", "provider_id", "due_at", postgresql_where="stop_at IS NULL"),
    )

    thread_key: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    ladder: Mapped[str]
    start_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stop_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    working: Mapped[str]
    calendar_version: Mapped[str]


class Rung(ProviderScoped, Model):
    """One step of a deadline's ladder and the moment at which it will fire, unless the deadline stops first."""

    __tablename__ = "rung"
    __table_args__ = (Index("ix_rung_at_unstopped", "at", postgresql_where="NOT stopped"),)

    thread_key: Mapped[str] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    rung: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recipients: Mapped[list[str]] = mapped_column(JSONB)
    stopped: Mapped[bool]


class Feed(ImpliedProvider, Model):
    """What each audience may fetch, in the order in which it became so. One row for each thing announced to it.

    `seq` is the number under which it was announced last, `since` the first. What says "forget" has the number since
    which the thread could be fetched: only a phone that got as far may have it.
    """

    __tablename__ = "feed"
    __table_args__ = (Index(None, "provider_id", "audience", "seq"),)

    audience: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[int] = mapped_column(BigInteger)
