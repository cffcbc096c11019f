"""Photos on their way in, sealed, and on their way to those who may see them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response, current_app, make_response, request

from server.api import access, sealed_photo
from server.api.blueprint import Blueprint
from server.api.payloads.sync import PhotoOutcomePayload, PhotoPartPayload
from server.api.sealed_photo import MOST_PART, NAMED_BY_HASH, SEALED, SEALED_TO, WHOLE_SIZE, hash_named
from server.domain.audience import audiences
from server.domain.entry import entry_key
from server.domain.errors import NotFound
from server.services import photo, photo_part, reading
from server.services.worker import roles_of

blueprint = Blueprint("photo", __name__, url_prefix="/api", description="Photos that entries name")

JPEG = {"type": "string", "format": "binary"}


@blueprint.put("/sync/photo/<uuid:key_id>/<uuid:entry_id>/<string:hash_>", parameters=NAMED_BY_HASH)
@blueprint.doc(parameters=[SEALED_TO], **SEALED)
@blueprint.response(200, PhotoOutcomePayload)
@access.takes_up_to(8 * access.MB + access.KB)
@access.upload_scope
def send_photo(key_id: UUID, entry_id: UUID, hash_: str) -> dict[str, Any]:
    """Send one sealed photo; answers after it is safely kept. Sending it again changes nothing."""
    return _take(_name(key_id, entry_id, hash_), request.get_data())


@blueprint.get("/sync/photo/<uuid:key_id>/<uuid:entry_id>/<string:hash_>/part", parameters=NAMED_BY_HASH)
@blueprint.response(200, PhotoPartPayload)
@access.upload_scope
def show_arrived(key_id: UUID, entry_id: UUID, hash_: str) -> dict[str, int]:
    """How many bytes of a sealed photo this device has sent, to go on after a cut."""
    me = access.current()
    name = photo.PhotoName(me.provider, key_id, entry_id, hash_named(hash_), key_id)
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
    name = _name(key_id, entry_id, hash_)
    if photo.is_here(name, me.device):
        return make_response(PhotoOutcomePayload().dump(sealed_photo.repeated(name)), 200)
    size = sealed_photo.whole_size()
    part = photo_part.add_part(name, me.device, begin, request.get_data(), size, at)
    if part.whole is None:
        return {"received": part.received}
    taken = _take(name, part.whole)
    photo_part.drop_parts(name, me.device)
    return make_response(PhotoOutcomePayload().dump(taken), 200)


def _name(key_id: UUID, entry_id: UUID, hash_: str) -> photo.PhotoName:
    provider = access.current().provider
    return photo.PhotoName(provider, key_id, entry_id, hash_named(hash_), sealed_photo.intake_key())


def _take(name: photo.PhotoName, sealed: bytes) -> dict[str, Any]:
    """Keep a whole photo, made anew; or keep what came, when it is none."""
    content = sealed_photo.opened(name, sealed)
    device = photo.device_of(name.signing_key)
    if content is None or device is None:
        return sealed_photo.keep_apart(name, device, sealed)
    return sealed_photo.keep(name, device, content, sealed)


@blueprint.get("/photo/<uuid:device_id>/<uuid:entry_id>/<string:hash_>", parameters=NAMED_BY_HASH)
@blueprint.response(200, schema=JPEG, content_type="image/jpeg")
def show_photo(device_id: UUID, entry_id: UUID, hash_: str) -> Response:
    """A photo, for whoever may read the entry that names it."""
    me, at = access.current(), datetime.now(UTC)
    mine = set(audiences(me.worker, roles_of(me.worker, at)))
    stored = photo.stored_name(mine, device_id, entry_id, hash_named(hash_))
    content = current_app.extensions["photos"].get(me.provider, stored) if stored else None
    if content is None:
        raise NotFound("There is no such photo here.")
    reading.note(me.provider, me.worker, mine, [("entry", entry_key(device_id, entry_id))], at)
    return Response(content, mimetype="image/jpeg", headers={"Cache-Control": "private, no-store"})
