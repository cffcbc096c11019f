"""Handing in what a phone still holds when nobody is signed in on it any more: entries, and then their photos."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from flask import Response, current_app, make_response, request

from server.api import access, knocks, sealed_photo
from server.api.blueprint import Blueprint
from server.api.payloads.sync import (
    HandedInPayload,
    HandInPayload,
    HandInReceiptsPayload,
    JudgedPayload,
    PhotoOutcomePayload,
    PhotoPartPayload,
)
from server.api.sealed_photo import MOST_PART, NAMED_BY_HASH, SEALED, SEALED_TO, WHOLE_SIZE, hash_named
from server.services import photo, photo_part, receipt
from server.services.hand_in import NothingWaits, device_that_signs, hand_in, judge, waits
from server.services.receipt import Judged

#: So often a phone, and everybody behind one address, may hand in within ten minutes.
HAND_INS = 60
#: So many parts of photos in that time: 38 MB, as phones cut them.
PHOTO_PARTS = 600

blueprint = Blueprint(
    "hand_in", __name__, url_prefix="/api/sync/hand-in", description="Handing in without a session"
)


@blueprint.post("")
@blueprint.arguments(HandInPayload)
@blueprint.alt_response(200, schema=HandedInPayload)
@access.takes_up_to(4 * access.MB)
@access.open_to_all
def hand_in_batch(batch: dict[str, Any]) -> Response:
    """Hand in what a phone still holds when nobody is signed in on it. Who signed it says whose it is."""
    keys = {f"hand-in key {item['key_id']}" for item in batch["items"]}
    knocks.count(HAND_INS, f"hand-in {request.remote_addr}", *sorted(keys))
    at = datetime.now(UTC)
    skew = at - batch["sent_at"]
    outcomes = hand_in(batch["provider"], batch["items"], skew, current_app.extensions, at)
    handed_in = {"outcomes": outcomes, "server_time": at, "epoch": 1, "receipt": None}
    if outcomes:
        # Whoever proved nothing is told nothing of a provider, not even its epoch.
        given = receipt.give(batch["provider"], current_app.extensions["keys"].cursor_key())
        handed_in |= {"epoch": given.epoch, "receipt": given.text}
    return Response(orjson.dumps(handed_in), mimetype="application/json")


@blueprint.post("/receipts")
@blueprint.arguments(HandInReceiptsPayload)
@blueprint.response(200, JudgedPayload)
@access.open_to_all
def judge_receipts(shown: dict[str, Any]) -> Judged:
    """Which of these receipts are in a verified backup, and which stand for what must be handed in again."""
    knocks.count(HAND_INS, f"hand-in receipts {request.remote_addr}")
    key = current_app.extensions["keys"].cursor_key()
    return judge(shown["provider"], shown["receipts"], key)


@blueprint.get(
    "/photo/<uuid:provider>/<uuid:key_id>/<uuid:entry_id>/<string:hash_>/part", parameters=NAMED_BY_HASH
)
@blueprint.response(200, PhotoPartPayload)
@access.open_to_all
def show_handed_in(provider: UUID, key_id: UUID, entry_id: UUID, hash_: str) -> dict[str, int]:
    """How many bytes of a sealed photo were handed in, to go on after a cut."""
    name = photo.PhotoName(provider, key_id, entry_id, hash_named(hash_), key_id)
    _count_part(name)
    device_that_signs(name)
    return {"received": photo_part.arrived(name, _sender(name))}


@blueprint.put(
    "/photo/<uuid:provider>/<uuid:key_id>/<uuid:entry_id>/<string:hash_>/part/<int:begin>",
    parameters=NAMED_BY_HASH,
)
@blueprint.doc(parameters=[SEALED_TO, WHOLE_SIZE], **SEALED)
@blueprint.alt_response(200, schema=PhotoOutcomePayload)
@blueprint.response(202, PhotoPartPayload)
@access.takes_up_to(MOST_PART)
@access.open_to_all
def hand_in_part(provider: UUID, key_id: UUID, entry_id: UUID, hash_: str, begin: int) -> Any:
    """Hand in the bytes of a sealed photo from `begin` on, as somebody with a session would send them.

    The entry goes first: it was signed, and it names the photo by the hash of its content. That is the proof, and it
    is asked for once the whole photo is here.
    """
    name = photo.PhotoName(provider, key_id, entry_id, hash_named(hash_), sealed_photo.intake_key())
    _count_part(name)
    device = device_that_signs(name)
    size, at = sealed_photo.whole_size(), datetime.now(UTC)
    part = photo_part.add_part(name, _sender(name), begin, request.get_data(), size, at)
    if part.whole is None:
        return {"received": part.received}
    photo_part.drop_parts(name, _sender(name))
    content = sealed_photo.opened(name, part.whole)
    if content is None or not waits(device, name):
        # What was damaged is begun anew, and what somebody else put between it holds nothing up for long.
        access.keep_trace()
        raise NothingWaits
    taken = sealed_photo.keep(name, device, content, part.whole)
    return make_response(PhotoOutcomePayload().dump(taken), 200)


def _sender(name: photo.PhotoName) -> UUID:
    """Whose parts they are: the key's and no device's, so that nobody meddles with what a session sends."""
    return name.signing_key


def _count_part(name: photo.PhotoName) -> None:
    knocks.count(PHOTO_PARTS, f"hand-in photo {request.remote_addr}", f"hand-in photo key {name.signing_key}")
