"""Somebody who signs in, the roles they hold, and the devices they write on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.extensions import Model
from server.models.mixins import ProviderScoped, within_provider
from server.models.types import UtcDateTime


class Worker(ProviderScoped, Model):
    """`sign_in_name` is the worker's own part of it, before the @ and the provider's handle.

    `second_step_asked_at` is when Heed first asked for a second step, while they hold a role that needs one.
    """

    __tablename__ = "worker"
    __table_args__ = (UniqueConstraint("provider_id", "sign_in_name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    sign_in_name: Mapped[str]
    password_hash: Mapped[str]
    second_step_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoleGrant(ProviderScoped, Model):
    """A role held in one service, from a day and perhaps until a day: acting up has an end."""

    __tablename__ = "role_grant"
    __table_args__ = (
        within_provider("worker_id", "worker"),
        within_provider("service_id", "service"),
        Index(None, "provider_id", "worker_id"),
        Index(None, "provider_id", "service_id", "role"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID]
    service_id: Mapped[UUID]
    role: Mapped[str]
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    granted_by: Mapped[UUID | None]


class Device(ProviderScoped, Model):
    """A phone or tablet. `unsent` is how many entries it last said it still holds."""

    __tablename__ = "device"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    unsent: Mapped[int | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SigningKey(ProviderScoped, Model):
    """One worker's key on one device. Whoever owns it is the author of what it signed, whoever sends it."""

    __tablename__ = "signing_key"
    __table_args__ = (
        within_provider("worker_id", "worker"),
        within_provider("device_id", "device"),
        UniqueConstraint("provider_id", "worker_id", "device_id", "public_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID]
    device_id: Mapped[UUID]
    public_key: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class WorkerSession(ProviderScoped, Model):
    """A signed-in device. Only hashes of its refresh tokens are kept.

    `previous_hash` still works while the token that replaced it was never used: a lost reply signs nobody out.
    Using the current token makes it the previous one, at `rotated_at`. Until `fresh_until` its owner has just proved
    who they are. `upload_only` says why it may send what is written and do nothing else, when it may not.
    """

    __tablename__ = "worker_session"
    __table_args__ = (within_provider("worker_id", "worker"), within_provider("device_id", "device"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID]
    device_id: Mapped[UUID]
    current_hash: Mapped[bytes]
    previous_hash: Mapped[bytes | None]
    rotated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    idle_until: Mapped[datetime] = mapped_column(UtcDateTime)
    absolute_until: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_why: Mapped[str | None]
    fresh_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    upload_only: Mapped[str | None]


class SignInFailure(ProviderScoped, Model):
    """A wrong password, or a try that was not looked at. Names and addresses are kept as marks, not as themselves.

    `place_mark` stands for the address it came from or, when `known`, for a phone that this worker signs with.
    """

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index(None, "provider_id", "name_mark", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name_mark: Mapped[bytes]
    place_mark: Mapped[bytes]
    known: Mapped[bool]
    throttled: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class JoinCode(ProviderScoped, Model):
    """A code that lets one new worker join a service in one role, once. Only its hash is kept."""

    __tablename__ = "join_code"
    __table_args__ = (within_provider("service_id", "service"), UniqueConstraint("provider_id", "code_hash"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code_hash: Mapped[str]
    service_id: Mapped[UUID]
    role: Mapped[str]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by: Mapped[UUID | None]
