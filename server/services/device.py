"""What a device last told us of itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from server.extensions import db

_HEARD_FROM = text("""
    UPDATE device SET last_seen_at = :at, unsent = :unsent WHERE provider_id = :provider AND id = :device
""")


def heard_from(provider: UUID, device: UUID, *, at: datetime, unsent: int) -> None:
    """Note when a device was last in touch and how many entries it still holds, by its own word."""
    said = {"provider": provider, "device": device, "at": at, "unsent": unsent}
    db.session.execute(_HEARD_FROM, said)
