"""What crosses the wire when a provider is set up."""

from __future__ import annotations

from marshmallow import fields, validate

from server.api.payloads.base import Payload, Point, phone_number, words
from server.api.payloads.session import DevicePayload, typed_password
from server.services.provider import DIVISIONS, SERVICE_KINDS


class SetUpNeededPayload(Payload):
    """Whether there is no provider yet, and whether the browser that asks holds the cookie of a session."""

    needed = fields.Boolean(required=True)
    session = fields.Boolean(required=True)


class NewProviderPayload(Payload):
    """The organisation, and the short name that stands after the @ in sign-in names."""

    name = words(required=True)
    handle = fields.String(required=True, validate=validate.Length(min=1, max=32))


class NewServicePayload(Payload):
    """A branch, house or team. Its division says whose bank holidays count."""

    name = words(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(SERVICE_KINDS))
    division = fields.String(required=True, validate=validate.OneOf(DIVISIONS))
    office_number = phone_number(required=True)
    on_call_number = phone_number(required=True)


class NewManagerPayload(Payload):
    """The first manager. The sign-in name is their own part, before the @."""

    name = words(required=True)
    sign_in_name = fields.String(required=True, validate=validate.Length(min=1, max=32))
    password = typed_password()


class SetUpPayload(Payload):
    """A new provider with its services and first manager, and the code that `heed run` printed."""

    set_up_code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    provider = fields.Nested(NewProviderPayload, required=True)
    services = fields.List(
        fields.Nested(NewServicePayload), required=True, validate=validate.Length(min=1, max=100)
    )
    manager = fields.Nested(NewManagerPayload, required=True)
    device = fields.Nested(DevicePayload, required=True)
    signing_key = Point(required=True, metadata={"type": "string"})
