"""What crosses the wire when somebody signs in and stays signed in."""

from __future__ import annotations

from marshmallow import fields, validate

from server.api.payloads.base import Id, Payload, Point, moment, words
from server.domain.password import LONGEST
from server.services.session import FULL, UPLOAD


def typed_password() -> fields.String:
    """A password as typed. Whether it is a good one is asked only when it is chosen."""
    return fields.String(required=True, validate=validate.Length(min=1, max=LONGEST), load_only=True)


class DevicePayload(Payload):
    """What a device says of itself: the id that it was given last time, and a name for people."""

    id = Id(load_default=None, allow_none=True)
    name = words(80, required=True)


def typed_code() -> fields.String:
    """Six digits from an app, or a recovery code, as typed; None when there is none."""
    return fields.String(
        load_default=None, allow_none=True, validate=validate.Length(min=1, max=40), load_only=True
    )


class SignInPayload(Payload):
    """A sign-in name such as amina@meadow, its password, the second step, and the device it is typed on."""

    sign_in_name = fields.String(required=True, validate=validate.Length(min=1, max=100))
    password = typed_password()
    code = typed_code()
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


class SecondStepPayload(Payload):
    """Whether a second step is set up, and by when it must be: null when the worker may do without."""

    set_up = fields.Boolean(required=True)
    needed_by = moment(required=True, allow_none=True)


def scope() -> fields.String:
    """What the session may do: everything, or send what is written and nothing else."""
    return fields.String(required=True, validate=validate.OneOf([FULL, UPLOAD]))


class WelcomePayload(Payload):
    """Somebody is signed in: a token for ten minutes, who they are, and the id of the key they sign with."""

    access_token = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    worker = fields.Nested(WorkerPayload, required=True)
    provider = fields.Nested(ProviderPayload, required=True)
    device = fields.Nested(KnownDevicePayload, required=True)
    key_id = fields.UUID(required=True)
    scope = scope()
    second_step = fields.Nested(SecondStepPayload, required=True)


class RefreshedPayload(Payload):
    """A new access token, how many seconds it lasts, and what it may do."""

    access_token = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    scope = scope()
