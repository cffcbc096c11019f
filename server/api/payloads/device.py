"""What crosses the wire about devices."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from server.api.payloads.base import Payload, moment, words

ALERTS = ["on", "off", "refused", "home_screen", "unsupported"]


class DeviceReportPayload(Payload):
    """What a device says of itself. `storage_kept` is null when its browser did not say."""

    unsent = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=1_000_000))
    oldest_unsent_at = moment(required=True, allow_none=True)
    app_version = words(40, required=True)
    storage_kept = fields.Boolean(required=True, allow_none=True, truthy={True}, falsy={False})
    alerts = fields.String(required=True, validate=validate.OneOf(ALERTS))


class LastWordPayload(Schema):
    """What a device last said that it still holds, and when it was last in touch."""

    unsent = fields.Integer(required=True)
    last_seen_at = moment(required=True)


class WorryPayload(Schema):
    """Something about a device that somebody should see to."""

    rule = fields.String(required=True)
    words = fields.String(required=True)


class DeviceWorkerPayload(Schema):
    """Somebody who signs in on a device."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class ShownDevicePayload(Schema):
    """A device as managers see it. `unsent` and `oldest_unsent_at` are its own last word."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    workers = fields.List(fields.Nested(DeviceWorkerPayload), required=True)
    last_seen_at = moment(required=True, allow_none=True)
    unsent = fields.Integer(required=True)
    oldest_unsent_at = moment(required=True, allow_none=True)
    app_version = fields.String(required=True, allow_none=True)
    storage_kept = fields.Boolean(required=True, allow_none=True)
    alerts = fields.String(required=True, allow_none=True)
    is_told = fields.Boolean(required=True)
    worries = fields.List(fields.Nested(WorryPayload), required=True)
