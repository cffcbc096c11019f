"""What crosses the wire when somebody signs in and stays signed in."""

from __future__ import annotations

from marshmallow import fields, validate

from server.api.payloads.base import Payload, Point, words
from server.domain.password import LONGEST


def typed_password() -> fields.String:
    """A password as typed. Whether it is a good one is asked only when it is chosen."""
    return fields.String(required=True, validate=validate.Length(min=1, max=LONGEST), load_only=True)


class DevicePayload(Payload):
    """What a device says of itself: the id that it was given last time, and a name for people."""

    id = fields.UUID(load_default=None, allow_none=True)
    name = words(80, required=True)


class SignInPayload(Payload):
    """A sign-in name such as amina@meadow, its password, and the device it is typed on."""

    sign_in_name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    password = typed_password()
    device = fields.Nested(DevicePayload, required=True)
    signing_key = Point(required=True, metadata={"type": "string"})


class WorkerPayload(Payload):
    """Who is signed in."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    sign_in_name = fields.String(required=True)


class ProviderPayload(Payload):
    """Whom they work for. `demo` means that nobody in it is real."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    demo = fields.Boolean(required=True)


class KnownDevicePayload(Payload):
    """The device as the server knows it from now on."""

    id = fields.UUID(required=True)


class WelcomePayload(Payload):
    """Somebody is signed in: a token for ten minutes, who they are, and the id of the key they sign with."""

    access_token = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    worker = fields.Nested(WorkerPayload, required=True)
    provider = fields.Nested(ProviderPayload, required=True)
    device = fields.Nested(KnownDevicePayload, required=True)
    key_id = fields.UUID(required=True)


class RefreshedPayload(Payload):
    """A new access token and how many seconds it lasts."""

    access_token = fields.String(required=True)
    expires_in = fields.Integer(required=True)
