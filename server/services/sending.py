"""Getting ready to receive: the forms, keys and rules of the provider that a phone sends to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from server.services.entry import Receiving
from server.services.intake import Intake


def receiving(provider: UUID, parts: Mapping[str, Any], at: datetime) -> Receiving:
    """What receives for a provider now, from the parts that the composition root put together."""
    intake = Intake(provider=provider, keys=parts["keys"], forms=parts["forms"])
    return Receiving(intake=intake, rules=parts["rules"], at=at)
