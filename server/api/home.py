"""Home: what a phone keeps to work all shift without signal."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, current_app, json, request

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.home import HomePayload
from server.services.home import home

blueprint = Blueprint("home", __name__, url_prefix="/api", description="What a phone keeps at hand")


@blueprint.get("/home")
@blueprint.alt_response(200, schema=HomePayload)
def show_home() -> Response:
    """Services, people, colleagues, rosters and keys.

    The ETag stays while nothing but the time has changed.
    """
    me = access.current()
    push_key = current_app.extensions["keys"].vapid().public_bytes
    calendar = current_app.extensions["rules"].calendar
    kept = home(me.worker, me.device, me.provider, push_key, calendar, access.now())
    return with_etag(
        {**HomePayload().dump(kept), "server_time": access.now().isoformat()}, leave_out="server_time"
    )


def with_etag(body: dict[str, Any], *, leave_out: str) -> Response:
    """An answer that need not be sent again while nothing in it changed, `leave_out` apart."""
    telling = json.dumps({name: value for name, value in body.items() if name != leave_out}, sort_keys=True)
    response = Response(json.dumps(body), mimetype="application/json")
    response.set_etag(hashlib.sha256(telling.encode()).hexdigest()[:32], weak=True)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Authorization")
    response.make_conditional(request)
    return response
