"""Getting ready to receive: the forms, keys, rules and services of the provider that a phone sends to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from server.extensions import db
from server.services.entry import Receiving
from server.services.intake import Intake

_SERVICES = text("SELECT id FROM service WHERE provider_id = :provider")


def receiving(provider: UUID, parts: Mapping[str, Any], at: datetime) -> Receiving:
    """What receives for a provider now, from the parts that the composition root put together."""
    services = frozenset(db.session.scalars(_SERVICES, {"provider": provider}))
    intake = Intake(provider=provider, keys=parts["keys"], forms=parts["forms"], services=services)
    return Receiving(intake=intake, rules=parts["rules"], at=at)
