"""Photos that entries name: opened, and checked against the name that the writer signed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert

from server.domain.entry import entry_key
from server.domain.errors import BadInput
from server.extensions import db
from server.models import Entry, Photo, Quarantine, SigningKey, Standing
from server.services import quarantine, reader
from server.services.feed import Feed
from server.services.intake import IntakeKeys, unseal
from server.services.standing_rows import class_and_readers

#: Our own app makes none; whoever makes so many means to fill the disk.
MOST_DAMAGED = 20


@dataclass(frozen=True)
class PhotoName:
    """Which photo of which entry, and under which key it was sealed."""

    provider: UUID
    signing_key: UUID
    entry: UUID
    hash: str
    intake_key: UUID


def unsealed(keys: IntakeKeys, name: PhotoName, sealed: bytes) -> bytes | None:
    """The photo as the phone made it; None when it cannot be opened or is not what its name says."""
    context = f"heed/photo/1|{name.provider}|{name.signing_key}|{name.entry}|{name.hash}"
    content = unseal(keys, name.provider, name.intake_key, sealed, context)
    if content is None or hashlib.sha256(content).hexdigest() != name.hash:
        return None
    return content


def device_of(signing_key: UUID) -> UUID | None:
    """The device that a signing key belongs to."""
    return db.session.scalar(select(SigningKey.device_id).where(SigningKey.id == signing_key))


def is_here(name: PhotoName, device: UUID) -> bool:
    """Whether this very device has sent this photo before, whole. Nobody else can ask."""
    return device_of(name.signing_key) == device and _stored(device, name.entry, name.hash) is not None


def keep(name: PhotoName, device: UUID, stored_hash: str, size: int, at: datetime) -> bool:
    """Note that a photo is here, and tell the readers of its entry. False when it was here before."""
    return _note(name, device, stored_hash, size, at, damaged=False)


def demand_few_damaged(device: UUID) -> None:
    """Raises BadInput when so many photos of a device arrived damaged that no more are kept."""
    ours = select(func.count()).where(Photo.device_id == device, Photo.damaged)
    if (db.session.scalar(ours) or 0) >= MOST_DAMAGED:
        raise BadInput("Too many photos of this phone arrived damaged. It keeps this one. Tell your manager.")


def keep_damaged(name: PhotoName, device: UUID, stored_hash: str, size: int, at: datetime) -> None:
    """Note that a photo arrived damaged, and tell the readers of its entry."""
    _note(name, device, stored_hash, size, at, damaged=True)


def _note(name: PhotoName, device: UUID, stored_hash: str, size: int, at: datetime, *, damaged: bool) -> bool:
    feed = Feed(name.provider)
    row = {"stored_hash": stored_hash, "size": size, "received_at": at, "damaged": damaged}
    added = insert(Photo).values(
        provider_id=name.provider, device_id=device, entry_id=name.entry, hash=name.hash, **row
    )
    # A whole one takes the place of one that was damaged, and never the other way round.
    instead = added.on_conflict_do_update(
        index_elements=["provider_id", "device_id", "entry_id", "hash"],
        set_=row,
        where=Photo.damaged & ~literal(damaged),
    )
    is_new = db.session.execute(instead.returning(Photo.hash)).first() is not None
    if is_new:
        entry = db.session.scalar(select(Entry).where(Entry.device_id == device, Entry.id == name.entry))
        if entry is not None:
            feed.announce(_audiences_of(entry), "entry", entry.key)
        for held in quarantine.held_of(device, name.entry):
            feed.announce(quarantine.audiences(held.thread_key), "entry", held.thread_key)
    feed.close()
    return is_new


def stored_name(worker_audiences: set[str], device: UUID, id_: UUID, hash_: str) -> str | None:
    """Under which name a photo is stored, if this reader may fetch what names it; None otherwise.

    What names it is an entry, or something in quarantine, which is fetched under a number of its own. The same is asked
    of the database whether or not there is one, so that the time of the answer tells nobody that there is.
    """
    entry = db.session.scalar(select(Entry).where(Entry.device_id == device, Entry.id == id_))
    held = db.session.scalar(select(Quarantine).where(Quarantine.thread_key == entry_key(device, id_)))
    thread_key = entry.thread_key if entry else entry_key(device, id_)
    standing = db.session.scalar(select(Standing).where(Standing.thread_key == thread_key))
    readers = reader.readers_of([thread_key])[thread_key]
    stored = _stored(device, UUID(held.entry_id) if held else id_, hash_)
    if entry is not None:
        may_see = class_and_readers(entry, standing, readers)
    elif held is not None and hash_ in quarantine.photos_named(held.body):
        may_see = {reader.audience_of(worker, restricted=True) for worker in readers}
    else:
        return None
    return stored if worker_audiences & may_see else None


def _stored(device: UUID, entry_id: UUID, hash_: str) -> str | None:
    found = select(Photo.stored_hash).where(
        Photo.device_id == device, Photo.entry_id == entry_id, Photo.hash == hash_, ~Photo.damaged
    )
    return db.session.scalar(found)


def _audiences_of(entry: Entry) -> set[str]:
    standing = db.session.scalar(select(Standing).where(Standing.thread_key == entry.thread_key))
    readers = reader.readers_of([entry.thread_key])[entry.thread_key]
    return class_and_readers(entry, standing, readers)
