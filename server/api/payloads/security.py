"""What crosses the wire when somebody looks after their own signing in."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from server.api.payloads.base import Payload, moment
from server.api.payloads.passkey import PasskeyPayload, SignedCredentialPayload, challenge_id
from server.api.payloads.session import SecondStepPayload, typed_code, typed_password
from server.domain.password import LONGEST


class FreshPayload(Payload):
    """Proof that it is still oneself: the password with the second step, or a passkey."""

    password = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(min=1, max=LONGEST), load_only=True
    )
    code = typed_code()
    challenge_id = challenge_id(load_default=None, allow_none=True)
    credential = fields.Nested(SignedCredentialPayload, load_default=None, allow_none=True)

    @validates_schema
    def is_one_proof(self, data: dict[str, Any], **_: Any) -> None:
        by_passkey = data["credential"] is not None and data["challenge_id"] is not None
        if by_passkey == (data["password"] is not None):
            raise ValidationError("Send a password, or a challenge_id with its credential.")


class SecurityPayload(Payload):
    """How somebody signs in: a code app or not, recovery codes that are left, passkeys."""

    code = fields.Boolean(required=True)
    recovery_codes_left = fields.Integer(required=True)
    passkeys = fields.List(fields.Nested(PasskeyPayload), required=True)
    second_step = fields.Nested(SecondStepPayload, required=True)


class NewCodeAppPayload(Payload):
    """A new secret for a code app: to type, as an address, and that address as QR modules."""

    secret = fields.String(required=True)
    uri = fields.String(required=True)
    qr = fields.List(fields.String(), required=True)


class ConfirmCodePayload(Payload):
    """The six digits that the app shows now."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=40), load_only=True)


class RecoveryCodesPayload(Payload):
    """Ten codes, shown this once."""

    recovery_codes = fields.List(fields.String(), required=True)


class NewPasswordPayload(Payload):
    """The password until now, and the one from now on."""

    old = typed_password()
    new = typed_password()


class OwnDevicePayload(Payload):
    """A device that somebody signs in on. `unsent` is how many entries it last said it still holds."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    this = fields.Boolean(required=True)
    made_at = moment(required=True)
    last_seen_at = moment(required=True, allow_none=True)
    signed_in = fields.Boolean(required=True)
    unsent = fields.Integer(required=True, allow_none=True)
