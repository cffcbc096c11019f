"""Setting up: the first page of an empty Heed makes the provider."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.session import WelcomePayload
from server.api.payloads.set_up import SetUpNeededPayload, SetUpPayload
from server.api.session import COOKIE, phone, welcome
from server.domain.errors import NotAllowed
from server.services import provider as providers
from server.services import session as sessions

blueprint = Blueprint("set_up", __name__, url_prefix="/api/set-up", description="Making the first provider")


@blueprint.get("")
@blueprint.response(200, SetUpNeededPayload)
@access.open_to_all
def needed() -> dict[str, bool]:
    """Whether there is no provider yet, so that somebody must make the first.

    And whether the browser that asks still holds the cookie of a session: one whose store was cleared has nothing else
    that says that somebody worked on it.
    """
    return {"needed": providers.is_set_up_needed(), "session": COOKIE in request.cookies}


@blueprint.post("")
@blueprint.arguments(SetUpPayload)
@blueprint.alt_response(201, schema=WelcomePayload)
@access.open_to_all
def set_up(asked: dict[str, Any]) -> Response:
    """Make the first provider with its services and first manager, and sign the manager in."""
    keys = current_app.extensions["keys"]
    if not keys.is_set_up_code(asked["set_up_code"]):
        raise NotAllowed("That is not the set-up code. Heed printed it when it started.")
    _, manager = providers.set_up(
        name=asked["provider"]["name"],
        handle=asked["provider"]["handle"],
        services=[providers.NewService(**service) for service in asked["services"]],
        manager=providers.NewManager(
            name=asked["manager"]["name"],
            own_name=asked["manager"]["sign_in_name"],
            password=asked["manager"]["password"],
        ),
        make_intake=keys.make_intake,
        at=access.now(),
    )
    access.after_commit(keys.spend_set_up_code)
    return welcome(sessions.start(manager, phone(asked), access.now()), 201)
