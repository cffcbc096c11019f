"""What crosses the wire when a phone asks which forms there are."""

from __future__ import annotations

from marshmallow import fields

from server.api.payloads.base import Payload


class FormPayload(Payload):
    """One version of a form: where to fetch it, and the hash of what comes from there."""

    form = fields.String(required=True)
    version = fields.Integer(required=True)
    title = fields.String(required=True)
    url = fields.String(required=True)
    sha256 = fields.String(required=True)
