"""A photo that is still on its way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from server.extensions import Model
from server.models.mixins import ProviderScoped
from server.models.types import UtcDateTime


class PhotoPart(ProviderScoped, Model):
    """Some bytes of a sealed photo, as one device sent them. Gone when the photo is whole."""

    __tablename__ = "photo_part"

    sender_id: Mapped[UUID] = mapped_column(primary_key=True)
    signing_key_id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(primary_key=True)
    begin: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
