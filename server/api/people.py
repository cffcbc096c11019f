"""People who are supported."""

from __future__ import annotations

from typing import Any

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.person import NewPersonPayload, PersonPayload
from server.services.person import add_person

blueprint = Blueprint("people", __name__, url_prefix="/api", description="People who are supported")


@blueprint.post("/people")
@blueprint.arguments(NewPersonPayload)
@blueprint.response(201, PersonPayload)
def add(asked: dict[str, Any]) -> dict[str, Any]:
    """Add somebody who is supported by a service."""
    me = access.current()
    person = add_person(**asked, provider=me.provider, by=me.worker, at=access.now())
    return {
        "id": person.id,
        "name": person.name,
        "known_as": person.known_as,
        "service": person.service_id,
        "money_rule": person.money_rule,
        "money_limit": person.money_limit,
    }
