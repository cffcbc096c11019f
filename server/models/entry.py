"""What people wrote, kept exactly as they wrote it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.extensions import Model
from server.models.mixins import ImpliedProvider, ProviderScoped, within_provider
from server.models.types import UtcDateTime

#: The entries of one person that rules count or add up: the third low concern in 28 days, the balance of a purse.
COUNTED_BY_PERSON = "form IN ('concern', 'transaction-receipt')"


class Entry(ImpliedProvider, Model):
    """One person's answers to one version of one form, made on one device; never changed and never deleted.

    Its key is provider, device and id. `about` and `replaces` hold entry keys without a foreign key, since
    an answer may arrive before its question; `thread_key` is the key of the entry that the thread began with.
    `effect`, `effect_reason` and `thread_key` are worked out by the rules; everything else is as it came. `shown` is
    what came as its readers fetch it, written as JSON once: an object that is left open for what the rules say.
    """

    __tablename__ = "entry"
    __table_args__ = (
        within_provider("author_id", "worker"),
        within_provider("signing_key_id", "signing_key"),
        within_provider("service_id", "service"),
        UniqueConstraint("provider_id", "seq"),
        UniqueConstraint("provider_id", "key"),
        Index(None, "provider_id", "thread_key"),
        Index(None, "provider_id", "replaces", postgresql_where="replaces IS NOT NULL"),
        Index(None, "provider_id", "person_id", "form", "recorded_at", postgresql_where=COUNTED_BY_PERSON),
    )

    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    key: Mapped[str]
    thread_key: Mapped[str]
    form: Mapped[str]
    version: Mapped[int]
    service_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    author_id: Mapped[UUID]
    signing_key_id: Mapped[UUID]
    about: Mapped[str | None]
    replaces: Mapped[str | None]
    observed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    clock_skew_ms: Mapped[int] = mapped_column(BigInteger)
    device_seq: Mapped[int]
    rules_version: Mapped[int]
    calendar_version: Mapped[str]
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    photos: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    lang: Mapped[str]
    body: Mapped[bytes]
    signature: Mapped[bytes]
    ciphertext_hash: Mapped[bytes]
    content_hash: Mapped[bytes]
    previous_hash: Mapped[bytes]
    effect: Mapped[str]
    effect_reason: Mapped[str | None]
    shown: Mapped[str]


class Quarantine(ProviderScoped, Model):
    """Something that could not be accepted: kept whole, closed to all but those who may read restricted threads.

    `thread_key` names the thread that it opens, so that somebody must decide about it like any other.
    """

    __tablename__ = "quarantine"
    __table_args__ = (
        UniqueConstraint("provider_id", "ciphertext_hash"),
        Index(None, "provider_id", "thread_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    thread_key: Mapped[str]
    signing_key_id: Mapped[UUID]
    author_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    service_id: Mapped[UUID]
    entry_id: Mapped[str]
    reason: Mapped[str]
    words: Mapped[str]
    says_danger: Mapped[bool]
    item: Mapped[dict[str, Any]] = mapped_column(JSONB)
    ciphertext_hash: Mapped[bytes]
    body: Mapped[bytes | None]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Photo(ProviderScoped, Model):
    """A photo that an entry names, under the hash of what the phone made; `stored_hash` is what we made of it.

    One that arrived damaged is kept as it came and shown to nobody, until a whole one comes.
    """

    __tablename__ = "photo"

    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)
    stored_hash: Mapped[str]
    size: Mapped[int]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    damaged: Mapped[bool] = mapped_column(default=False)
