"""The organisation that provides care: the wall around everything it holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.extensions import Model
from server.models.mixins import ProviderScoped
from server.models.types import UtcDateTime


class Provider(Model):
    """One organisation. `epoch` goes up when its data was restored from a backup."""

    __tablename__ = "provider"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    handle: Mapped[str]
    demo: Mapped[bool] = mapped_column(default=False)
    epoch: Mapped[int] = mapped_column(BigInteger, default=1)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Directory(Model):
    """Which provider a handle or a join code leads to: the one thing that is asked before the provider is known.

    Join codes stand here only as hashes, so reading the directory tells nobody a code.
    """

    __tablename__ = "directory"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("provider.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


class Head(ProviderScoped, Model):
    """The provider's one head row: the last number given and the last link of the chain of entries.

    Every commit that changes anything fetchable locks this row last, so number order is commit order
    and a cursor never skips.
    """

    __tablename__ = "head"

    seq: Mapped[int] = mapped_column(BigInteger)
    chain_hash: Mapped[bytes]


class IntakeKey(ProviderScoped, Model):
    """The public half of a key that phones seal to. The private half lives outside the database."""

    __tablename__ = "intake_key"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    public_key: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
