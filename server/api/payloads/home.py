"""What crosses the wire when a phone fetches what it keeps at hand."""

from __future__ import annotations

from marshmallow import fields

from server.api.payloads.base import Payload, moment
from server.api.payloads.session import ProviderPayload, WorkerPayload


class RolePayload(Payload):
    """A role held in a service."""

    role = fields.String(required=True)
    service = fields.UUID(required=True)


class OnCallNowPayload(Payload):
    """Who is on call now, and the number to ring."""

    rank = fields.Integer(required=True)
    worker = fields.UUID(required=True)
    name = fields.String(required=True)
    number = fields.String(required=True)


class LeadPayload(Payload):
    """Somebody who would read a restricted concern, and who has power over them."""

    worker = fields.UUID(required=True)
    under = fields.List(fields.UUID(), required=True)


class ServicePayload(Payload):
    """A branch, house or team, and whether a push reaches anybody who is on call there now."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    division = fields.String(required=True)
    office_number = fields.String(required=True)
    on_call = fields.List(fields.Nested(OnCallNowPayload), required=True)
    on_call_number = fields.String(required=True)
    push_reaches_on_call = fields.Boolean(required=True)
    council_number = fields.String(required=True)
    managers = fields.List(fields.UUID(), required=True)
    leads = fields.List(fields.List(fields.Nested(LeadPayload)), required=True)


class PersonAtHandPayload(Payload):
    """Somebody who is supported, with what their money came to last, in pence."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    known_as = fields.String(required=True)
    service = fields.UUID(required=True)
    money_rule = fields.String(required=True, allow_none=True)
    money_limit = fields.Integer(required=True, allow_none=True)
    last_closing = fields.Integer(required=True, allow_none=True)


class ColleaguePayload(Payload):
    """A worker, and those of the services asked about where they hold a role."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    services = fields.List(fields.UUID(), required=True)


class ShiftAtHandPayload(Payload):
    """Who is on duty, from when until when."""

    id = fields.UUID(required=True)
    service = fields.UUID(required=True)
    from_ = moment(required=True, data_key="from", attribute="from")
    until = moment(required=True)
    workers = fields.List(fields.UUID(), required=True)


class IntakeKeyPayload(Payload):
    """The public key that entries are sealed to."""

    id = fields.UUID(required=True)
    public_key = fields.String(required=True)


class HomePayload(Payload):
    """What a phone keeps to work all shift without signal."""

    worker = fields.Nested(WorkerPayload, required=True)
    provider = fields.Nested(ProviderPayload, required=True)
    roles = fields.List(fields.Nested(RolePayload), required=True)
    services = fields.List(fields.Nested(ServicePayload), required=True)
    people = fields.List(fields.Nested(PersonAtHandPayload), required=True)
    workers = fields.List(fields.Nested(ColleaguePayload), required=True)
    shifts = fields.List(fields.Nested(ShiftAtHandPayload), required=True)
    intake_key = fields.Nested(IntakeKeyPayload, required=True)
    push_key = fields.String(required=True)
    passkeys = fields.List(fields.String(), required=True)
    left = fields.List(fields.UUID(), required=True)
    calendar_warning = fields.String(required=True, allow_none=True)
    server_time = moment()
