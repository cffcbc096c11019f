"""Getting ready to receive: the forms, keys, rules and services of the provider that a phone sends to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.extensions import db
from server.models import Service
from server.services.entry import Receiving
from server.services.intake import Intake


def receiving(provider: UUID, parts: Mapping[str, Any], at: datetime) -> Receiving:
    """What receives for a provider now, from the parts that the composition root put together."""
    services = frozenset(db.session.scalars(select(Service.id)))
    intake = Intake(provider=provider, keys=parts["keys"], forms=parts["forms"], services=services)
    return Receiving(intake=intake, rules=parts["rules"], at=at)
