"""What crosses the wire whenever something is refused or fails."""

from __future__ import annotations

from marshmallow import fields, validate

from server.api.payloads.base import Payload


class RefusalPayload(Payload):
    """Why something was not done: the status code and its name, one sentence, and what is wrong by field.

    `reason` tells two refusals apart that a client must answer differently. `ways` says how somebody whose password is
    right may prove it a second time: by the code of an app, or with a passkey.
    """

    code = fields.Integer(required=True)
    status = fields.String(required=True)
    message = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    reason = fields.String()
    ways = fields.List(fields.String(validate=validate.OneOf(["code", "passkey"])))
