"""What crosses the wire about who is on call and who is on shift."""

from __future__ import annotations

from marshmallow import fields, validate

from server.api.payloads.base import Id, Payload, moment, phone_number, phone_number_or_none

#: A roster is planned for weeks, not for years.
MOST_SLOTS = 500


class OnCallPayload(Payload):
    """A slot: rank 1 is told first, rank 2 when rank 1 does not answer."""

    rank = fields.Integer(required=True, strict=True, validate=validate.OneOf([1, 2]))
    worker = Id(required=True)
    number = phone_number(required=True)
    from_ = moment(required=True, data_key="from")
    until = moment(required=True)


class CouncilPayload(Payload):
    """The number of the council's safeguarding adults team; empty when it is not known."""

    number = phone_number_or_none(required=True)


class ShiftPayload(Payload):
    """Who is on duty from when until when. Without an id it is a new shift."""

    id = Id(load_default=None, allow_none=True)
    from_ = moment(required=True, data_key="from")
    until = moment(required=True)
    workers = fields.List(Id(), required=True, validate=validate.Length(max=100))
