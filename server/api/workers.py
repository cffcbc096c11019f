"""The workers of a service, for those who look after them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import current_app

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.join import JoinCodePayload
from server.api.payloads.worker import (
    GrantPayload,
    LookedAfterPayload,
    NewGrantPayload,
    PasswordCodeWantedPayload,
)
from server.api.qr import modules
from server.api.session import secret
from server.domain.role import Role
from server.services import looking_after, password_code
from server.services.provider import provider_row

blueprint = Blueprint("workers", __name__, url_prefix="/api/workers", description="Looking after workers")


@blueprint.get("/<uuid:worker>")
@blueprint.response(200, LookedAfterPayload)
def show(worker: UUID) -> dict[str, Any]:
    """A worker of a service that one looks after: roles there, and devices."""
    me, at = access.current(), access.now()
    colleague = looking_after.look(me.provider, worker, by=me.worker, at=at)
    row = colleague.worker
    return {
        "id": row.id,
        "name": row.name,
        "sign_in_name": f"{row.sign_in_name}@{provider_row().handle}",
        "left_at": row.left_at,
        "roles": [_grant_out(each) for each in colleague.grants],
        "devices": [
            {
                "id": each.device.id,
                "name": each.device.name,
                "last_seen_at": each.device.last_seen_at,
                "signed_in": each.signed_in,
                "unsent": each.device.unsent,
            }
            for each in looking_after.devices_of(colleague, at)
        ],
    }


@blueprint.post("/<uuid:worker>/roles")
@blueprint.arguments(NewGrantPayload)
@blueprint.response(201, GrantPayload)
@access.needs_fresh
def give_role(asked: dict[str, Any], worker: UUID) -> dict[str, Any]:
    """Give a worker a role in a service, from now or a later day, perhaps until one."""
    me = access.current()
    given = looking_after.give_role(
        me.provider,
        worker,
        service=asked["service"],
        role=Role(asked["role"]),
        begin=asked["from_"],
        until=asked["until"],
        by=me.worker,
        at=access.now(),
    )
    return _grant_out(given)


@blueprint.post("/<uuid:worker>/roles/<uuid:grant>/end")
@blueprint.response(204)
@access.needs_fresh
def end_role(worker: UUID, grant: UUID) -> None:
    """End a role now. What it let them read is forgotten by their phone at its next contact."""
    me = access.current()
    looking_after.end_role(me.provider, worker, grant, by=me.worker, at=access.now())


@blueprint.post("/<uuid:worker>/devices/<uuid:device>/revoke")
@blueprint.response(204)
@access.needs_fresh
def revoke_device(worker: UUID, device: UUID) -> None:
    """Take back a lost phone. What it still sends is kept apart, for somebody to read."""
    me = access.current()
    looking_after.revoke_device(me.provider, worker, device, by=me.worker, at=access.now())


@blueprint.post("/<uuid:worker>/leave")
@blueprint.response(204)
@access.needs_fresh
def let_leave(worker: UUID) -> None:
    """Note that a worker has left: their sessions and roles end now."""
    me = access.current()
    looking_after.let_leave(me.provider, worker, by=me.worker, at=access.now())


@blueprint.post("/<uuid:worker>/password-code")
@blueprint.arguments(PasswordCodeWantedPayload)
@blueprint.response(201, JoinCodePayload)
@access.needs_fresh
def make_password_code(asked: dict[str, Any], worker: UUID) -> dict[str, Any]:
    """Make a code with which a worker sets a forgotten password anew. It is shown this once."""
    me, at = access.current(), access.now()
    theirs = looking_after.demand_reset(me.provider, worker, by=me.worker, at=at)
    code, expires_at = password_code.make(
        theirs,
        by=me.worker,
        removes_second_step=asked["second_step"] == "remove",
        secret=secret(),
        at=at,
    )
    url = f"{current_app.extensions['config'].public_url}/#/password/{code}"
    return {"code": code, "url": url, "qr": modules(url), "expires_at": expires_at}


def _grant_out(grant: Any) -> dict[str, Any]:
    return {
        "id": grant.id,
        "service": grant.service_id,
        "role": grant.role,
        "from_": grant.from_at,
        "until": grant.until_at,
    }
