"""People who are supported: adding one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from server.domain.access import Permission
from server.extensions import db
from server.models import Person
from server.services.worker import demand


def add_person(
    *,
    name: str,
    known_as: str,
    service: UUID,
    money_rule: str | None,
    money_limit: int | None,
    provider: UUID,
    by: UUID,
    at: datetime,
) -> Person:
    """Add somebody who is supported by a service.

    Raises NotFound for a service where `by` holds no role, NotAllowed when their role does not do this.
    """
    demand(Permission.EDIT_PEOPLE, by, service, at)
    person = Person(
        provider_id=provider,
        id=uuid4(),
        service_id=service,
        name=name.strip(),
        known_as=known_as.strip(),
        money_rule=money_rule,
        money_limit=money_limit,
        made_at=at,
    )
    db.session.add(person)
    db.session.flush()
    return person
