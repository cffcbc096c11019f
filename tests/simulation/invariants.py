"""What must be true of phones and their server: at every moment, and once the storm is over."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Row

from server.domain.entry import read_body
from server.storage.darkroom_work import made_anew
from tests.simulation.kept import Kept
from tests.simulation.phone import Saved, SimPhone

if TYPE_CHECKING:
    from tests.simulation.world import World


class Broken(AssertionError):
    """Something that must always be true is not."""


def check(world: World) -> None:
    """What must be true at every moment. Raises Broken."""
    kept = Kept.of(world.app, world.meadow.id)
    for saved in world.saved:
        _check_saved(world, saved, kept)


def _check_saved(world: World, saved: Saved, kept: Kept) -> None:
    key = saved.written.key
    entry, held = kept.entries.get(key), kept.held.get(key, [])
    phones = world.phones.values()
    if entry is None and not held and not any(phone.holds(key) for phone in phones):
        raise Broken(f"I1: {key} was called saved and is nowhere")
    for photo in saved.photos:
        if photo.key not in kept.photos and not any(phone.holds_photo(photo.key) for phone in phones):
            raise Broken(f"I1: a photo of {key} was called saved and is nowhere")
    if len(held) + (entry is not None) > 1:
        raise Broken(f"I3: {key} is kept {len(held) + (entry is not None)} times")
    for one in [*held, *([entry] if entry else [])]:
        _check_kept(saved, one)
    if entry and entry.content_hash != hashlib.sha256(saved.written.raw).digest():
        raise Broken(f"I2: the hash of {key} is not that of what was written")


def _check_kept(saved: Saved, one: Row[Any]) -> None:
    """It is what was written, by whom and where it was written, and when; in quarantine too."""
    key = saved.written.key
    if one.body != saved.written.raw:
        raise Broken(f"I2: {key} is not what was written")
    if saved.claimed not in one.body.decode():
        raise Broken(f"I5: the phone's own time of {key} was changed")
    if not saved.at <= one.received_at <= datetime.now(UTC):
        raise Broken(f"I5: {key} was received at {one.received_at}, which is none of the server's moments")
    if one.author_id != UUID(saved.worker):
        raise Broken(f"I6: {key} has another author than who wrote it")


def check_quiet(world: World) -> None:
    """What must be true once the storm is over. Raises Broken."""
    check(world)
    kept = Kept.of(world.app, world.meadow.id)
    for saved in world.saved:
        _check_arrived(world, saved, kept)
    named = {photo.key for saved in world.saved for photo in saved.photos}
    if strangers := kept.photos.keys() - named:
        raise Broken(f"I3: photos that nobody took are here: {strangers}")
    for device, seqs in _by_device(kept).items():
        if sorted(seqs) != list(range(1, len(seqs) + 1)):
            raise Broken(f"I3: the chain of device {device} has a gap or a fork: {sorted(seqs)}")
    for name, phone in world.phones.items():
        if phone.outbox:
            raise Broken(f"I11: {name} still holds {len(phone.outbox)}: {phone.trouble}")
        if not phone.is_left:
            _check_reader(world, name, phone)


def _check_arrived(world: World, saved: Saved, kept: Kept) -> None:
    key = saved.written.key
    if key not in kept.entries and key not in kept.held:
        raise Broken(f"I12: {key} never came back, or never came")
    for photo in saved.photos:
        stored = kept.photos.get(photo.key)
        if stored is None:
            raise Broken(f"I12: a photo of {key} never came back, or never came")
        if world.app.extensions["photos"].get(world.meadow.id, stored) != _made_anew(photo.content):
            raise Broken(f"I2: a photo of {key} is not what was taken")


@cache
def _made_anew(content: bytes) -> bytes:
    return made_anew(content)


def _check_reader(world: World, name: str, phone: SimPhone) -> None:
    fresh = world.new_phone(name)
    fresh.page = 500
    fresh.fetch()
    if _readable(fresh.entries) != _readable(phone.entries):
        missing = _readable(fresh.entries).keys() ^ _readable(phone.entries).keys()
        raise Broken(f"I4: {name}'s phone and a new one differ in entries: {missing or 'what they say'}")
    if _readable(fresh.standings) != _readable(phone.standings):
        raise Broken(f"I4: {name}'s phone and a new one differ in standings")


def _by_device(kept: Kept) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = {}
    for entry in kept.entries.values():
        found.setdefault(entry.device_id, []).append(entry.device_seq)
    for held in _all_held(kept):
        found.setdefault(held.device_id, []).append(read_body(held.body).device_seq)
    return found


def _all_held(kept: Kept) -> Iterable[Row[Any]]:
    return (one for several in kept.held.values() for one in several)


#: Who has read something restricted is noted by the very fetch that asks, and `kind` says where it was kept.
_MOVES = {"kind", "read_by"}


def _readable(kept: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a reader sees of it, from whichever phone they look."""
    return {
        key: {name: value for name, value in item.items() if name not in _MOVES} for key, item in kept.items()
    }
