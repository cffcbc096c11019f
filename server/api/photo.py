"""Photos on their way in, sealed, and on their way to those who may see them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app, make_response, request

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.sync import PhotoOutcomePayload, PhotoPartPayload
from server.domain.audience import audiences
from server.domain.entry import entry_key
from server.domain.errors import BadInput, NotFound
from server.services import photo, photo_part, reading, receipt
from server.services.worker import roles_of
from server.storage.darkroom import NotAPhoto

blueprint = Blueprint("photo", __name__, url_prefix="/api", description="Photos that entries name")

HELD = {
    "outcome": "quarantined",
    "words": "The photo arrived damaged. It is kept, and a manager can ask for it again.",
}
HASH_LENGTH = 64
#: Phones send parts of 64 KB: on the weakest signal that is half a minute, and a cut loses no more.
MOST_PART = 256 * access.KB

SEALED_TO = {
    "in": "header",
    "name": "Heed-Intake-Key",
    "description": "Which key the photo is sealed to",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
}
WHOLE_SIZE = {
    "in": "header",
    "name": "Heed-Photo-Size",
    "description": "How many bytes the whole sealed photo has",
    "required": True,
    "schema": {"type": "string", "pattern": "^[0-9]{1,9}$"},
}
SEALED = {
    "requestBody": {
        "description": "The photo, sealed, or a part of that",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    },
}
JPEG = {"type": "string", "format": "binary"}
NAMED_BY_HASH = [
    {
        "in": "path",
        "name": "hash_",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    }
]


@blueprint.put("/sync/photo/<uuid:key_id>/<uuid:entry_id>/<string:hash_>", parameters=NAMED_BY_HASH)
@blueprint.doc(parameters=[SEALED_TO], **SEALED)
@blueprint.response(200, PhotoOutcomePayload)
@access.takes_up_to(8 * access.MB + access.KB)
@access.upload_scope
def send_photo(key_id: UUID, entry_id: UUID, hash_: str) -> dict[str, Any]:
    """Send one sealed photo; answers after it is safely kept. Sending it again changes nothing."""
    name = photo.PhotoName(access.current().provider, key_id, entry_id, _hash(hash_), _intake_key())
    return _take(name, request.get_data())


@blueprint.get("/sync/photo/<uuid:key_id>/<uuid:entry_id>/<string:hash_>/part", parameters=NAMED_BY_HASH)
@blueprint.response(200, PhotoPartPayload)
@access.upload_scope
def show_arrived(key_id: UUID, entry_id: UUID, hash_: str) -> dict[str, int]:
    """How many bytes of a sealed photo this device has sent, to go on after a cut."""
    me = access.current()
    name = photo.PhotoName(me.provider, key_id, entry_id, _hash(hash_), key_id)
    return {"received": photo_part.arrived(name, me.device)}


@blueprint.put(
    "/sync/photo/<uuid:key_id>/<uuid:entry_id>/<string:hash_>/part/<int:begin>", parameters=NAMED_BY_HASH
)
@blueprint.doc(parameters=[SEALED_TO, WHOLE_SIZE], **SEALED)
@blueprint.alt_response(200, schema=PhotoOutcomePayload)
@blueprint.response(202, PhotoPartPayload)
@access.takes_up_to(MOST_PART)
@access.upload_scope
def send_part(key_id: UUID, entry_id: UUID, hash_: str, begin: int) -> Any:
    """Send the bytes of a sealed photo from `begin` on. `Heed-Photo-Size` says how long the whole is.

    202 says how much is here; the last part is answered 200, as the whole photo would be. A part that does not go on
    where the last one ended changes nothing: go on from what is here.
    """
    me, at = access.current(), datetime.now(UTC)
    name = photo.PhotoName(me.provider, key_id, entry_id, _hash(hash_), _intake_key())
    if photo.is_here(name, me.device):
        again = {"outcome": "repeated", "words": "", **_receipt(me.provider)}
        return make_response(PhotoOutcomePayload().dump(again), 200)
    part = photo_part.add_part(name, me.device, begin, request.get_data(), _size(), at)
    if part.whole is None:
        return {"received": part.received}
    taken = _take(name, part.whole)
    photo_part.drop_parts(name, me.device)
    return make_response(PhotoOutcomePayload().dump(taken), 200)


def _take(name: photo.PhotoName, sealed: bytes) -> dict[str, Any]:
    """Keep a whole photo, made anew; or keep what came, when it is none."""
    photos = current_app.extensions["photos"]
    key_id, provider, at = name.signing_key, name.provider, datetime.now(UTC)
    content = photo.unsealed(current_app.extensions["keys"], name, sealed)
    device = photo.device_of(key_id)
    if content is None or device is None:
        photos.put(provider, f"held-{hashlib.sha256(sealed).hexdigest()}", sealed)
        return HELD | _receipt(provider)
    try:
        made_anew = current_app.extensions["darkroom"].made_anew(content)
    except NotAPhoto:
        photos.put(provider, f"held-{hashlib.sha256(sealed).hexdigest()}", sealed)
        return HELD | _receipt(provider)
    stored_hash = hashlib.sha256(made_anew).hexdigest()
    # The object first and the row after it: a row never points at nothing.
    photos.put(provider, stored_hash, made_anew)
    new = photo.keep(name, device, stored_hash, len(made_anew), at)
    return {"outcome": "accepted" if new else "repeated", "words": "", **_receipt(provider)}


@blueprint.get("/photo/<uuid:device_id>/<uuid:entry_id>/<string:hash_>", parameters=NAMED_BY_HASH)
@blueprint.response(200, schema=JPEG, content_type="image/jpeg")
def show_photo(device_id: UUID, entry_id: UUID, hash_: str) -> Response:
    """A photo, for whoever may read the entry that names it."""
    me, at = access.current(), datetime.now(UTC)
    mine = set(audiences(me.worker, roles_of(me.worker, at)))
    stored = photo.stored_name(mine, device_id, entry_id, _hash(hash_))
    content = current_app.extensions["photos"].get(me.provider, stored) if stored else None
    if content is None:
        raise NotFound("There is no such photo here.")
    reading.note(me.provider, me.worker, mine, [("entry", entry_key(device_id, entry_id))], at)
    return Response(content, mimetype="image/jpeg", headers={"Cache-Control": "private, no-store"})


def _receipt(provider: UUID) -> dict[str, str]:
    return {"receipt": receipt.give(provider, current_app.extensions["keys"].cursor_key()).text}


def _hash(text: str) -> str:
    if len(text) != HASH_LENGTH or any(letter not in "0123456789abcdef" for letter in text):
        raise BadInput("The name of a photo is 64 hexadecimal digits.")
    return text


def _size() -> int:
    text = request.headers.get("Heed-Photo-Size", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput("Say in Heed-Photo-Size how many bytes the whole photo has.")
    return int(text)


def _intake_key() -> UUID:
    try:
        return UUID(request.headers.get("Heed-Intake-Key", ""))
    except ValueError as error:
        raise BadInput("Say in Heed-Intake-Key which key the photo is sealed to.") from error
