"""What crosses the wire when a manager looks after a worker."""

from __future__ import annotations

from marshmallow import fields, validate

from server.api.payloads.base import Id, Payload, Point, moment
from server.api.payloads.session import DevicePayload, typed_code, typed_password
from server.domain.role import Role


class GrantPayload(Payload):
    """A role that somebody holds in a service, from when and until when."""

    id = fields.UUID(required=True)
    service = fields.UUID(required=True)
    role = fields.String(required=True)
    from_ = moment(required=True, data_key="from")
    until = moment(required=True, allow_none=True)


class NewGrantPayload(Payload):
    """A role to give. Without `from` it begins now; without `until` it ends when somebody ends it."""

    service = Id(required=True)
    role = fields.String(required=True, validate=validate.OneOf([str(role) for role in Role]))
    from_ = moment(load_default=None, allow_none=True, data_key="from")
    until = moment(load_default=None, allow_none=True)


class WorkerDevicePayload(Payload):
    """A device that a worker signs in on. `unsent` is how many entries it last said it still holds."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    last_seen_at = moment(required=True, allow_none=True)
    signed_in = fields.Boolean(required=True)
    unsent = fields.Integer(required=True, allow_none=True)


class LookedAfterPayload(Payload):
    """A worker, with their roles in services where whoever asks holds one, and their devices."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    sign_in_name = fields.String(required=True)
    left_at = moment(required=True, allow_none=True)
    roles = fields.List(fields.Nested(GrantPayload), required=True)
    devices = fields.List(fields.Nested(WorkerDevicePayload), required=True)


class PasswordCodeWantedPayload(Payload):
    """What a new password leaves of the second step: all of it, unless it was lost, too."""

    second_step = fields.String(load_default="keep", validate=validate.OneOf(["keep", "remove"]))


class NewPasswordByCodePayload(Payload):
    """A code from a manager, the new password, and the second step of whoever has one."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=40))
    password = typed_password()
    second_step_code = typed_code()
    device = fields.Nested(DevicePayload, required=True)
    signing_key = Point(required=True, metadata={"type": "string"})
