"""Joining: a manager makes a code, a new worker uses it."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app

from server.api import access, knocks
from server.api.blueprint import Blueprint
from server.api.payloads.join import (
    InvitationPayload,
    JoinCodePayload,
    JoinCodeWantedPayload,
    JoinPayload,
    LookPayload,
)
from server.api.payloads.session import WelcomePayload
from server.api.qr import modules
from server.api.session import phone, secret, welcome
from server.domain.invitation import TRUSTED
from server.domain.role import Role
from server.services import join as joining

blueprint = Blueprint("join", __name__, url_prefix="/api", description="Inviting workers, and joining")


@blueprint.post("/join-codes")
@blueprint.arguments(JoinCodeWantedPayload)
@blueprint.response(201, JoinCodePayload)
def make_join_code(asked: dict[str, Any]) -> dict[str, Any]:
    """Make a code with which one new worker may join a service. It is shown this once."""
    me = access.current()
    if Role(asked["role"]) in TRUSTED:
        access.demand_fresh()
    code, expires_at = joining.invite(
        asked["service"],
        Role(asked["role"]),
        provider=me.provider,
        by=me.worker,
        secret=secret(),
        at=access.now(),
    )
    url = f"{current_app.extensions['config'].public_url}/#/join/{code}"
    return {"code": code, "url": url, "qr": modules(url), "expires_at": expires_at}


@blueprint.post("/join/look")
@blueprint.arguments(LookPayload)
@blueprint.response(200, InvitationPayload)
@access.open_to_all
def look(asked: dict[str, Any]) -> joining.Invitation:
    """What a join code is for, so that a new worker can see that it is the right one."""
    knocks.demand_few()
    with knocks.noting_what_leads_nowhere():
        return joining.look(asked["code"], secret=secret(), at=access.now())


@blueprint.post("/join")
@blueprint.arguments(JoinPayload)
@blueprint.alt_response(201, schema=WelcomePayload)
@access.open_to_all
def join(asked: dict[str, Any]) -> Response:
    """Join with a code, which is then used up, and be signed in."""
    knocks.demand_few()
    with knocks.noting_what_leads_nowhere():
        signed_in = joining.join(
            asked["code"],
            name=asked["name"],
            own_name=asked["sign_in_name"],
            password=asked["password"],
            phone=phone(asked),
            secret=secret(),
            rules=current_app.extensions["rules"],
            at=access.now(),
        )
    return welcome(signed_in, 201)
