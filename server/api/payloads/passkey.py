"""What crosses the wire between a passkey and Heed, in the shape that browsers give it (W3C WebAuthn, level 3)."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from server.api.payloads.base import Payload, Point, moment, words
from server.api.payloads.session import DevicePayload

#: Far above what any passkey makes.
LONGEST = 20_000
_BASE64URL = validate.Regexp(r"\A[A-Za-z0-9_-]+\Z", error="This is not base64url.")


class FromBrowser(Schema):
    """What a browser made. Browsers add fields over the years; only what is named here is looked at.

    What the passkey derived for the phone's own store is not among it, and is dropped unseen.
    """

    class Meta:
        unknown = EXCLUDE


def binary(name: str, **options: Any) -> fields.String:
    """Bytes in base64url, called what browsers call them."""
    rules = [validate.Length(min=1, max=LONGEST), _BASE64URL]
    return fields.String(data_key=name, attribute=name, validate=rules, **({"required": True} | options))


class SignedPayload(FromBrowser):
    """What a passkey signed."""

    client_data = binary("clientDataJSON")
    authenticator_data = binary("authenticatorData")
    signature = binary("signature")
    user_handle = binary("userHandle", required=False, allow_none=True)


class SignedCredentialPayload(FromBrowser):
    """A passkey's answer when somebody signs in (AuthenticationResponseJSON)."""

    id = binary("id")
    raw_id = binary("rawId")
    type = fields.String(required=True, validate=validate.Equal("public-key"))
    response = fields.Nested(SignedPayload, required=True)


class MadePayload(FromBrowser):
    """What a device says of a passkey that it made."""

    client_data = binary("clientDataJSON")
    attestation = binary("attestationObject")


class MadeCredentialPayload(FromBrowser):
    """A device's answer when it made a passkey (RegistrationResponseJSON)."""

    id = binary("id")
    raw_id = binary("rawId")
    type = fields.String(required=True, validate=validate.Equal("public-key"))
    response = fields.Nested(MadePayload, required=True)


def challenge_id(**options: Any) -> fields.String:
    """The id that came with the question."""
    return fields.String(validate=validate.Length(min=1, max=100), **options)


class AskedPayload(Payload):
    """What to ask the browser for, as it takes it, and the id to send back beside its answer."""

    challenge_id = challenge_id(required=True)
    options = fields.Dict(keys=fields.String(), required=True)


class PasskeySignInPayload(Payload):
    """A passkey's answer, and the device that somebody signs in on."""

    challenge_id = challenge_id(required=True)
    credential = fields.Nested(SignedCredentialPayload, required=True)
    device = fields.Nested(DevicePayload, required=True)
    signing_key = Point(required=True, metadata={"type": "string"})


class NewPasskeyPayload(Payload):
    """A passkey that the device has just made, and what its owner calls it."""

    challenge_id = challenge_id(required=True)
    credential = fields.Nested(MadeCredentialPayload, required=True)
    name = words(80, required=True)


class PasskeyPayload(Payload):
    """A passkey as its owner knows it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    made_at = moment(required=True)
    last_used_at = moment(required=True, allow_none=True)


class KeptPasskeyPayload(PasskeyPayload):
    """A new passkey, and recovery codes, shown this once, when it is the first second step."""

    recovery_codes = fields.List(fields.String(), required=True)
