"""Photos on their way in, sealed, and on their way to those who may see them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app, request

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.sync import PhotoOutcomePayload
from server.domain.audience import audiences
from server.domain.errors import BadInput, NotFound
from server.services import photo
from server.services.worker import roles_of

blueprint = Blueprint("photo", __name__, url_prefix="/api", description="Photos that entries name")

HELD = {
    "outcome": "quarantined",
    "words": "The photo arrived damaged. It is kept, and a manager can ask for it again.",
}
HASH_LENGTH = 64

SEALED = {
    "parameters": [
        {
            "in": "header",
            "name": "Heed-Intake-Key",
            "description": "Which key the photo is sealed to",
            "required": True,
            "schema": {"type": "string", "format": "uuid"},
        }
    ],
    "requestBody": {
        "description": "The photo, sealed",
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
@blueprint.doc(**SEALED)
@blueprint.response(200, PhotoOutcomePayload)
@access.takes_up_to(8 * access.MB + access.KB)
@access.upload_scope
def send_photo(key_id: UUID, entry_id: UUID, hash_: str) -> dict[str, Any]:
    """Send one sealed photo; answers after it is safely kept. Sending it again changes nothing."""
    me, at = access.current(), datetime.now(UTC)
    name = photo.PhotoName(me.provider, key_id, entry_id, _hash(hash_), _intake_key())
    photos = current_app.extensions["photos"]
    sealed = request.get_data()
    content = photo.unsealed(current_app.extensions["keys"], name, sealed)
    device = photo.device_of(key_id)
    if content is None or device is None:
        photos.put(me.provider, f"held-{hashlib.sha256(sealed).hexdigest()}", sealed)
        return HELD
    try:
        made_anew = photo.made_anew(content)
    except photo.NotAPhoto:
        photos.put(me.provider, f"held-{hashlib.sha256(sealed).hexdigest()}", sealed)
        return HELD
    stored_hash = hashlib.sha256(made_anew).hexdigest()
    # The object first and the row after it: a row never points at nothing.
    photos.put(me.provider, stored_hash, made_anew)
    new = photo.keep(name, device, stored_hash, len(made_anew), at)
    return {"outcome": "accepted" if new else "repeated", "words": ""}


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
    return Response(content, mimetype="image/jpeg", headers={"Cache-Control": "private, no-store"})


def _hash(text: str) -> str:
    if len(text) != HASH_LENGTH or any(letter not in "0123456789abcdef" for letter in text):
        raise BadInput("The name of a photo is 64 hexadecimal digits.")
    return text


def _intake_key() -> UUID:
    try:
        return UUID(request.headers.get("Heed-Intake-Key", ""))
    except ValueError as error:
        raise BadInput("Say in Heed-Intake-Key which key the photo is sealed to.") from error
