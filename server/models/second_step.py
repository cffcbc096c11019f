"""What proves a worker besides their password: a code app, codes for when it is lost, and passkeys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.extensions import Model
from server.models.mixins import ProviderScoped, within_provider
from server.models.types import UtcDateTime


class CodeApp(ProviderScoped, Model):
    """An app that makes six digits every thirty seconds (RFC 6238), from a secret that is kept sealed.

    It counts from `confirmed_at`, when its holder first typed a right code, until `ended_at`. `last_step` is the last
    half minute whose code was used: no code works twice.
    """

    __tablename__ = "code_app"
    __table_args__ = (within_provider("worker_id", "worker"), Index(None, "provider_id", "worker_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID]
    sealed_secret: Mapped[bytes]
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RecoveryCode(ProviderScoped, Model):
    """A code to sign in with once when the second step is lost. Only its hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (
        within_provider("worker_id", "worker"),
        UniqueConstraint("provider_id", "worker_id", "code_hash"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID]
    code_hash: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Passkey(ProviderScoped, Model):
    """A passkey (WebAuthn). `sign_count` is what it last counted; 0 for those that do not count."""

    __tablename__ = "passkey"
    __table_args__ = (
        within_provider("worker_id", "worker"),
        UniqueConstraint("provider_id", "credential_id"),
        Index(None, "provider_id", "worker_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID]
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UsedChallenge(ProviderScoped, Model):
    """A challenge that was answered, by the hash of its id, so that no answer works twice."""

    __tablename__ = "used_challenge"

    hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PasswordCode(ProviderScoped, Model):
    """A code with which one worker sets their password anew, once. Only its hash is kept."""

    __tablename__ = "password_code"
    __table_args__ = (
        within_provider("worker_id", "worker"),
        UniqueConstraint("provider_id", "code_hash"),
        Index(None, "provider_id", "worker_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID]
    code_hash: Mapped[str]
    removes_second_step: Mapped[bool]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
