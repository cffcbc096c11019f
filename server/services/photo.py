"""Photos that entries name: opened, and checked against the name that the writer signed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from server.extensions import db
from server.models import Entry, Photo, SigningKey, Standing
from server.services import reader
from server.services.feed import Feed
from server.services.intake import IntakeKeys, unseal
from server.services.standing_rows import class_and_readers


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
    """Whether this very device has sent this photo before. Nobody else can ask."""
    found = select(Photo.hash).where(
        Photo.device_id == device, Photo.entry_id == name.entry, Photo.hash == name.hash
    )
    return device_of(name.signing_key) == device and db.session.scalar(found) is not None


def keep(name: PhotoName, device: UUID, stored_hash: str, size: int, at: datetime) -> bool:
    """Note that a photo is here, and tell the readers of its entry. False when it was here before."""
    feed = Feed(name.provider)
    added = db.session.execute(
        insert(Photo)
        .values(
            provider_id=name.provider,
            device_id=device,
            entry_id=name.entry,
            hash=name.hash,
            stored_hash=stored_hash,
            size=size,
            received_at=at,
        )
        .on_conflict_do_nothing()
        .returning(Photo.hash)
    ).first()
    entry = db.session.scalar(select(Entry).where(Entry.device_id == device, Entry.id == name.entry))
    if added and entry is not None:
        _announce_again(feed, entry)
    feed.close()
    return added is not None


def stored_name(worker_audiences: set[str], device: UUID, entry_id: UUID, hash_: str) -> str | None:
    """Under which name a photo is stored, if this reader may fetch the entry that names it; None otherwise."""
    entry = db.session.scalar(select(Entry).where(Entry.device_id == device, Entry.id == entry_id))
    if entry is None:
        return None
    if not worker_audiences & _audiences_of(entry):
        return None
    return db.session.scalar(
        select(Photo.stored_hash).where(
            Photo.device_id == device, Photo.entry_id == entry_id, Photo.hash == hash_
        )
    )


def _announce_again(feed: Feed, entry: Entry) -> None:
    feed.announce(_audiences_of(entry), "entry", entry.key)


def _audiences_of(entry: Entry) -> set[str]:
    standing = db.session.scalar(select(Standing).where(Standing.thread_key == entry.thread_key))
    readers = reader.readers_of([entry.thread_key])[entry.thread_key]
    return class_and_readers(entry, standing, readers)
