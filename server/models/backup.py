"""What is known of backups: up to where each holds what was written, and when the data came back from one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from server.extensions import Model
from server.models.mixins import ProviderScoped
from server.models.types import UtcDateTime


class Backup(ProviderScoped, Model):
    """A backup that was read back and found whole: everything of `epoch` numbered up to `seq` is in it."""

    __tablename__ = "backup"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(BigInteger)
    seq: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verified_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Restoration(ProviderScoped, Model):
    """That the provider's data came back from a backup: the epoch that began, and the last number it came back with.

    What was numbered higher in an earlier epoch may be gone, and phones offer it again.
    """

    __tablename__ = "restoration"

    epoch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    backup_id: Mapped[UUID | None]
    restored_at: Mapped[datetime] = mapped_column(UtcDateTime)
