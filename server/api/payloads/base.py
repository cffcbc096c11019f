"""What payloads have in common: nothing crosses the wire that a payload does not name."""

from __future__ import annotations

import unicodedata
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from server.domain.errors import BadInput
from server.domain.push_endpoint import POINT_BYTES, bytes_of

#: Characters that make text look like another text.
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

ID_LENGTH = 36
LONGEST_MOMENT = 40
LONGEST_NUMBER = 31


class Payload(Schema):
    """Something that crosses the wire."""

    class Meta:
        unknown = RAISE


def words(longest: int = 120, **options: Any) -> fields.String:
    """A line that a person typed: not empty, and nothing in it that cannot be seen."""
    return fields.String(validate=[validate.Length(min=1, max=longest), _seen], **options)


def phone_number(**options: Any) -> fields.String:
    """A number that somebody can ring."""
    rule = validate.Regexp(
        r"\+?[0-9][0-9 ()\-]{1,28}[0-9]\Z", error="Use digits and spaces, such as 01632 960 001."
    )
    return fields.String(validate=[validate.Length(max=LONGEST_NUMBER), rule], **options)


def phone_number_or_none(**options: Any) -> fields.String:
    """A number that somebody can ring, or nothing when it is not known."""
    rule = validate.Regexp(
        r"(\+?[0-9][0-9 ()\-]{1,28}[0-9])?\Z", error="Use digits and spaces, such as 01632 960 001."
    )
    return fields.String(validate=[validate.Length(max=LONGEST_NUMBER), rule], **options)


class Id(fields.UUID):
    """An id as everybody writes one: 36 characters. UUIDs may be written longer without end."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if isinstance(value, str) and len(value) != ID_LENGTH:
            raise self.make_error("invalid_uuid")
        return super()._deserialize(value, attr, data, **options)


class Moment(fields.AwareDateTime):
    """A time with an offset. A second has as many digits as one likes, of which nobody needs so many."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if isinstance(value, str) and len(value) > LONGEST_MOMENT:
            raise self.make_error("invalid", input=value[:LONGEST_MOMENT], obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **options)


def moment(**options: Any) -> Moment:
    """A time with an offset."""
    return Moment(format="iso", **options)


class Point(fields.Field[bytes]):
    """The public half of a P-256 key: an uncompressed point of 65 bytes, in base64url."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> bytes:
        return as_point(value)


def as_point(value: Any) -> bytes:
    """The bytes of a point that lies on the curve. Raises ValidationError otherwise."""
    if not isinstance(value, str) or len(value) > 2 * POINT_BYTES:
        raise ValidationError("This must be a P-256 public key: 65 bytes in base64url.")
    try:
        raw = bytes_of(value, POINT_BYTES, "key")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except (BadInput, ValueError) as e:
        raise ValidationError("This must be a P-256 public key: 65 bytes in base64url.") from e
    return raw


def _seen(text: str) -> None:
    if not text.strip():
        raise ValidationError("This must not be empty.")
    if any(unicodedata.category(letter) == "Cc" or letter in REORDERING for letter in text):
        raise ValidationError("This holds a character that cannot be seen.")
