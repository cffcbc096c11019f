"""What crosses the wire when somebody who is supported is added."""

from __future__ import annotations

from marshmallow import fields, validate

from server.api.payloads.base import Id, Payload, words

#: More than this is not pocket money but a bank account.
HIGHEST_LIMIT = 10_000_000


class NewPersonPayload(Payload):
    """Somebody who is supported. `money_limit` is what may be spent at once, in pence."""

    name = words(required=True)
    known_as = words(60, required=True)
    service = Id(required=True)
    money_rule = words(500, load_default=None, allow_none=True)
    money_limit = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(min=0, max=HIGHEST_LIMIT)
    )


class PersonPayload(Payload):
    """Somebody who is supported."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    known_as = fields.String(required=True)
    service = fields.UUID(required=True)
    money_rule = fields.String(required=True, allow_none=True)
    money_limit = fields.Integer(required=True, allow_none=True)
