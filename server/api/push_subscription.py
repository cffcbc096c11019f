"""Where a device can be told by push."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

from flask import Response, current_app

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.push_subscription import EndpointPayload, PushSubscriptionPayload
from server.services import push_subscription

blueprint = Blueprint(
    "push_subscription", __name__, url_prefix="/api", description="Where a device can be told by push"
)


@blueprint.post("/push-subscriptions")
@blueprint.arguments(PushSubscriptionPayload)
@blueprint.response(201)
def subscribe(asked: dict[str, Any]) -> Response:
    """Tell this worker on this device from now on."""
    me = access.current()
    push_subscription.subscribe(
        provider=me.provider,
        worker=me.worker,
        device=me.device,
        endpoint=asked["endpoint"],
        p256dh=urlsafe_b64encode(asked["keys"]["p256dh"]).rstrip(b"=").decode(),
        auth=asked["keys"]["auth"].rstrip("="),
        push_hosts=current_app.extensions["config"].push_hosts,
        at=access.now(),
    )
    return Response(status=201)


@blueprint.delete("/push-subscriptions")
@blueprint.arguments(EndpointPayload)
@blueprint.response(204)
def unsubscribe(asked: dict[str, Any]) -> Response:
    """Do not tell this worker at this endpoint any more."""
    push_subscription.unsubscribe(worker=access.current().worker, endpoint=asked["endpoint"], at=access.now())
    return Response(status=204)
