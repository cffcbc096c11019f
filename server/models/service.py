"""A branch, house or team of the provider, who is on call and on shift there, and who is supported."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from server.extensions import Model
from server.models.mixins import ProviderScoped, within_provider
from server.models.types import UtcDateTime


class Service(ProviderScoped, Model):
    """`division` says whose bank holidays count: england-and-wales, scotland or northern-ireland.

    `council_number` is that of the council's safeguarding adults team, empty until somebody has written it down.
    """

    __tablename__ = "service"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    division: Mapped[str]
    office_number: Mapped[str]
    on_call_number: Mapped[str]
    council_number: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Person(ProviderScoped, Model):
    """Somebody who is supported. `money_limit` is what may be spent at once, in pence."""

    __tablename__ = "person"
    __table_args__ = (within_provider("service_id", "service"), Index(None, "provider_id", "service_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_id: Mapped[UUID]
    name: Mapped[str]
    known_as: Mapped[str]
    money_rule: Mapped[str | None]
    money_limit: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OnCall(ProviderScoped, Model):
    """A slot of the on-call roster: rank 1 is told first, rank 2 when rank 1 does not answer."""

    __tablename__ = "on_call"
    __table_args__ = (
        within_provider("service_id", "service"),
        within_provider("worker_id", "worker"),
        Index(None, "provider_id", "service_id", "until_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    rank: Mapped[int]
    number: Mapped[str]
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Shift(ProviderScoped, Model):
    """Who is on duty in a service, from when until when."""

    __tablename__ = "shift"
    __table_args__ = (
        within_provider("service_id", "service"),
        Index(None, "provider_id", "service_id", "until_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_id: Mapped[UUID]
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)
    worker_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
