"""What crosses the wire when a device wants to be told by push."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from server.api.payloads.base import Payload, Point
from server.domain.push_endpoint import LONGEST


class PushKeysPayload(Payload):
    """The keys that a push to this browser is encrypted with (RFC 8291)."""

    p256dh = Point(required=True, metadata={"type": "string"})
    auth = fields.String(required=True, validate=validate.Length(min=1, max=40))


class Milliseconds(fields.Float):
    """When a browser thinks that its subscription ends. Nothing rests on it; only a number is taken."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return float(super()._deserialize(value, attr, data, **options) or 0)


class PushSubscriptionPayload(Payload):
    """A subscription as the browser's own `toJSON()` gives it."""

    endpoint = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST))
    expiration_time = Milliseconds(load_default=None, allow_none=True, data_key="expirationTime")
    keys = fields.Nested(PushKeysPayload, required=True)


class EndpointPayload(Payload):
    """The endpoint that shall not be told any more."""

    endpoint = fields.String(required=True, validate=validate.Length(min=1, max=LONGEST))
