"""What a request says of a sealed photo, and keeping it once it is whole: with a session, and without one."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import current_app, request

from server.api import access
from server.domain.errors import BadInput
from server.services import photo, receipt
from server.storage.darkroom import NotAPhoto

HELD = {
    "outcome": "quarantined",
    "words": "The photo arrived damaged. It is kept, and a manager can ask for it again.",
}
HASH_LENGTH = 64
#: Phones send parts of 64 KB: on the weakest signal that is half a minute, and a cut loses no more.
MOST_PART = 256 * access.KB


def _header(name: str, description: str, **schema: str) -> dict[str, Any]:
    kind = {"type": "string", **schema}
    return {"in": "header", "name": name, "description": description, "required": True, "schema": kind}


SEALED_TO = _header("Heed-Intake-Key", "Which key the photo is sealed to", format="uuid")
WHOLE_SIZE = _header("Heed-Photo-Size", "How many bytes the whole sealed photo has", pattern="^[0-9]{1,9}$")
SEALED = {
    "requestBody": {
        "description": "The photo, sealed, or a part of that",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
}
NAMED_BY_HASH = [
    {
        "in": "path",
        "name": "hash_",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
]


def hash_named(text: str) -> str:
    """The name of a photo: SHA-256 of what the phone made. Raises BadInput for what is none."""
    if len(text) != HASH_LENGTH or any(letter not in "0123456789abcdef" for letter in text):
        raise BadInput("The name of a photo is 64 hexadecimal digits.")
    return text


def whole_size() -> int:
    """How many bytes the whole sealed photo has, as the request says. Raises BadInput when it does not."""
    text = request.headers.get("Heed-Photo-Size", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput("Say in Heed-Photo-Size how many bytes the whole photo has.")
    return int(text)


def intake_key() -> UUID:
    """Which key the photo is sealed to, as the request says. Raises BadInput when it does not."""
    try:
        return UUID(request.headers.get("Heed-Intake-Key", ""))
    except ValueError as error:
        raise BadInput("Say in Heed-Intake-Key which key the photo is sealed to.") from error


def opened(name: photo.PhotoName, sealed: bytes) -> bytes | None:
    """The photo as the phone made it; None when it cannot be opened or is not what its name says."""
    return photo.unsealed(current_app.extensions["keys"], name, sealed)


def keep(name: photo.PhotoName, device: UUID, content: bytes, sealed: bytes) -> dict[str, Any]:
    """Keep an opened photo, made anew; or keep it apart as it came, when it is none."""
    photos = current_app.extensions["photos"]
    try:
        made_anew = current_app.extensions["darkroom"].made_anew(content)
    except NotAPhoto:
        return keep_apart(name, device, sealed)
    stored_hash = hashlib.sha256(made_anew).hexdigest()
    # The object first and the row after it: a row never points at nothing.
    photos.put(name.provider, stored_hash, made_anew)
    new = photo.keep(name, device, stored_hash, len(made_anew), datetime.now(UTC))
    return _outcome(name.provider, "accepted" if new else "repeated")


def keep_apart(name: photo.PhotoName, device: UUID | None, sealed: bytes) -> dict[str, Any]:
    """Keep what came as it came: it is no photo that could be shown. Raises BadInput when a device sends too many."""
    if device is not None:
        photo.demand_few_damaged(device)
    stored = f"held-{hashlib.sha256(sealed).hexdigest()}"
    current_app.extensions["photos"].put(name.provider, stored, sealed)
    if device is not None:
        photo.keep_damaged(name, device, stored, len(sealed), datetime.now(UTC))
    return HELD | _receipt(name.provider)


def repeated(name: photo.PhotoName) -> dict[str, Any]:
    """What a phone is told that sends what is here."""
    return _outcome(name.provider, "repeated")


def _outcome(provider: UUID, outcome: str) -> dict[str, Any]:
    return {"outcome": outcome, "words": "", **_receipt(provider)}


def _receipt(provider: UUID) -> dict[str, str]:
    return {"receipt": receipt.give(provider, current_app.extensions["keys"].cursor_key()).text}
