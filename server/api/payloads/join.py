"""What crosses the wire when a worker is invited and joins."""

from __future__ import annotations

from marshmallow import fields, validate

from server.api.payloads.base import Id, Payload, Point, moment, words
from server.api.payloads.session import DevicePayload, typed_password
from server.domain.role import Role


class JoinCodeWantedPayload(Payload):
    """The service and the role that a new worker is invited to."""

    service = Id(required=True)
    role = fields.String(required=True, validate=validate.OneOf([str(role) for role in Role]))


class JoinCodePayload(Payload):
    """A code for one new worker, the address that types it for them, and that address as QR modules."""

    code = fields.String(required=True)
    url = fields.String(required=True)
    qr = fields.List(fields.String(), required=True)
    expires_at = moment(required=True)


class LookPayload(Payload):
    """A join code as somebody typed it."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=40))


class InvitationPayload(Payload):
    """What a join code is for."""

    provider = fields.String(required=True)
    handle = fields.String(required=True)
    service = fields.String(required=True)
    role = fields.String(required=True)


class JoinPayload(Payload):
    """A new worker: the code, their name, and how they want to sign in (their own part, before the @)."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    name = words(required=True)
    sign_in_name = fields.String(required=True, validate=validate.Length(min=1, max=32))
    password = typed_password()
    device = fields.Nested(DevicePayload, required=True)
    signing_key = Point(required=True, metadata={"type": "string"})
