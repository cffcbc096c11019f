"""What crosses the wire when somebody asks how Heed is."""

from __future__ import annotations

from marshmallow import fields

from server.api.payloads.base import Payload


class HealthPayload(Payload):
    """Each part, and the whole: ok or unwell; and whether a verified backup is young enough: ok, old, none, unknown."""

    status = fields.String(required=True)
    database = fields.String(required=True)
    queue = fields.String(required=True)
    app = fields.String(required=True)
    backup = fields.String(required=True)
