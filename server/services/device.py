"""What a device last told us of itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

from server.extensions import db
from server.models import Device


def heard_from(device: UUID, *, at: datetime, unsent: int) -> None:
    """Note when a device was last in touch and how many entries it still holds, by its own word."""
    db.session.execute(
        update(Device)
        .where(Device.id == device)
        .values(last_seen_at=at, unsent=unsent)
        .execution_options(synchronize_session=False)
    )
