"""What a device last said of itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from server.extensions import Model
from server.models.mixins import ProviderScoped, within_provider
from server.models.types import UtcDateTime


class DeviceReport(ProviderScoped, Model):
    """One for each device: the last it said. What it holds is its own word, since nobody else can count it.

    `storage_kept` says whether its browser promised never to clear what is kept here; None when it did not say.
    """

    __tablename__ = "device_report"
    __table_args__ = (within_provider("device_id", "device"),)

    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    unsent: Mapped[int]
    oldest_unsent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    app_version: Mapped[str]
    storage_kept: Mapped[bool | None]
    alerts: Mapped[str]
