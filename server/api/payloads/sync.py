"""What crosses the wire when a phone sends and fetches."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from server.api.payloads.base import Id, moment

#: A sealed entry is text; photos travel alone. This is far above anything that a person types.
LONGEST_CIPHERTEXT = 1_400_000
LONGEST_SIGNATURE = 200
MOST_ITEMS = 100
MOST_RECEIPTS = 1000
#: Whoever has no session does not get to send as much at once.
MOST_HANDED_IN = 20


#: Unpadded; no text of bytes has a length that leaves one letter over.
_BASE64URL = validate.Regexp(
    r"\A(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?\Z", error="This is not base64url."
)


class ItemPayload(Schema):
    """One sealed entry."""

    class Meta:
        unknown = RAISE

    id = Id(required=True)
    key_id = Id(required=True)
    seal = Id(required=True)
    signature = fields.String(
        required=True, validate=[validate.Length(min=1, max=LONGEST_SIGNATURE), _BASE64URL]
    )
    ciphertext = fields.String(
        required=True, validate=[validate.Length(min=1, max=LONGEST_CIPHERTEXT), _BASE64URL]
    )


class Items(fields.List):
    """Sealed entries. One glance takes what every phone of ours sends.

    Only what is not as plain as that is read part by part, which takes ten times as long and can say what is wrong.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and all(map(_is_plain, value)):
            return value
        items: list[Any] = super()._deserialize(value, attr, data, **kwargs)
        return [{name: str(part) for name, part in item.items()} for item in items]


def _is_plain(item: Any) -> bool:
    if not isinstance(item, dict) or item.keys() != _PARTS:
        return False
    parts: tuple[Any, ...] = _IN_ORDER(item)
    if not all(isinstance(part, str) and part.isascii() for part in parts):
        return False
    *ids, signature, ciphertext = parts
    return (
        all(map(_UUID.fullmatch, ids))
        and _is_base64url(signature, LONGEST_SIGNATURE)
        and _is_base64url(ciphertext, LONGEST_CIPHERTEXT)
    )


def _is_base64url(text: str, longest: int) -> bool:
    # What is left when every letter of the alphabet is taken out: ten times as quick as asking of each letter.
    return 0 < len(text) <= longest and len(text) % 4 != 1 and not text.encode().translate(None, _LETTERS)


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_NAMES = ("id", "key_id", "seal", "signature", "ciphertext")
_PARTS, _IN_ORDER = frozenset(_NAMES), itemgetter(*_NAMES)


class SendPayload(Schema):
    """A batch from a phone's outbox.

    `sent_at` is the phone's own clock; `unsent` is how much it holds, this batch included.
    """

    class Meta:
        unknown = RAISE

    sent_at = moment(required=True)
    unsent = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=1_000_000))
    items = Items(fields.Nested(ItemPayload), required=True, validate=validate.Length(min=1, max=MOST_ITEMS))


class HandInPayload(Schema):
    """What a phone still holds on which nobody is signed in any more. `provider` is whom it was sealed for."""

    class Meta:
        unknown = RAISE

    provider = Id(required=True)
    sent_at = moment(required=True)
    items = Items(
        fields.Nested(ItemPayload), required=True, validate=validate.Length(min=1, max=MOST_HANDED_IN)
    )


class OutcomePayload(Schema):
    """What became of one item."""

    id = fields.String(required=True)
    key_id = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(["accepted", "repeated", "quarantined"]))
    effect = fields.String(required=True, validate=validate.OneOf(["counted", "none"]))
    reason = fields.String(required=True, allow_none=True)
    words = fields.String(required=True)


class SentPayload(Schema):
    """One outcome for each item, in order."""

    outcomes = fields.List(fields.Nested(OutcomePayload), required=True)
    server_time = fields.AwareDateTime(required=True, format="iso")
    epoch = fields.Integer(required=True)
    receipt = fields.String(required=True)


class HandedInPayload(Schema):
    """An outcome for each item that somebody here signed. What has none stays on the phone."""

    outcomes = fields.List(fields.Nested(OutcomePayload), required=True)
    server_time = fields.AwareDateTime(required=True, format="iso")
    epoch = fields.Integer(required=True)
    receipt = fields.String(required=True, allow_none=True)


class ReceiptsPayload(Schema):
    """Receipts that a phone holds, with the sealed copies of what they stand for."""

    class Meta:
        unknown = RAISE

    receipts = fields.List(
        fields.String(validate=[validate.Length(min=1, max=200), _BASE64URL]),
        required=True,
        validate=validate.Length(min=1, max=MOST_RECEIPTS),
    )


class HandInReceiptsPayload(ReceiptsPayload):
    """Receipts that a phone holds on which nobody is signed in any more. `provider` is who gave them."""

    provider = Id(required=True)


class JudgedPayload(Schema):
    """Those that a verified backup holds, and those to offer again; of the rest a copy is still needed."""

    safe = fields.List(fields.String(), required=True)
    again = fields.List(fields.String(), required=True)


class FetchQuery(Schema):
    """Where to go on from, and how much at once."""

    class Meta:
        unknown = RAISE

    cursor = fields.String(load_default=None, validate=validate.Length(max=20_000))
    limit = fields.Integer(load_default=500, validate=validate.Range(min=1, max=1000))


class FetchedPayload(Schema):
    """A page of entries, standings, notices and things to forget."""

    items: Any = fields.List(fields.Dict(), required=True)
    cursor = fields.String(required=True)
    more = fields.Boolean(required=True)
    epoch = fields.Integer(required=True)
    server_time = fields.AwareDateTime(required=True, format="iso")


class FirstPayload(Schema):
    """What a new phone needs first."""

    items: Any = fields.List(fields.Dict(), required=True)
    epoch = fields.Integer(required=True)
    server_time = fields.AwareDateTime(required=True, format="iso")


class PhotoOutcomePayload(Schema):
    """What became of a photo."""

    outcome = fields.String(required=True, validate=validate.OneOf(["accepted", "repeated", "quarantined"]))
    words = fields.String(required=True)
    receipt = fields.String(required=True)


class PhotoPartPayload(Schema):
    """How many bytes of a photo are here, from its beginning."""

    received = fields.Integer(required=True)
