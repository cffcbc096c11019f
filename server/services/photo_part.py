"""Photos in parts: what has arrived stays, so that a phone goes on after a cut where it stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, text

from server.domain.errors import BadInput
from server.extensions import db
from server.models import PhotoPart
from server.services.photo import PhotoName

#: A sealed photo is the photo and 81 bytes.
MOST_BYTES = 8 * 1024 * 1024 + 1024
#: What is not finished after so long is begun anew; the phone has it still.
KEPT_FOR = timedelta(days=14)
#: How much one device may leave unfinished.
MOST_UNFINISHED = 64 * 1024 * 1024

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:photo, 0))")


@dataclass(frozen=True, slots=True)
class Arrived:
    """How many bytes of a photo are here, from its beginning, and the whole of it once that is all."""

    received: int
    whole: bytes | None = None


def arrived(name: PhotoName, sender: UUID) -> int:
    """How many bytes of a photo this device has sent so far."""
    found = select(func.coalesce(func.sum(func.length(PhotoPart.content)), 0))
    return int(db.session.scalar(found.where(*_of(name, sender))) or 0)


def add_part(name: PhotoName, sender: UUID, begin: int, content: bytes, size: int, at: datetime) -> Arrived:
    """Keep a part that goes on where the last one ended. One that does not changes nothing.

    `begin` is where it stands in the sealed photo, `size` how long that is. Raises BadInput for a part that reaches
    beyond it, and when a device leaves too much unfinished.
    """
    if not content or not 0 < begin + len(content) <= size <= MOST_BYTES:
        raise BadInput("This part does not fit into the photo.")
    db.session.execute(_ONE_AT_A_TIME, {"photo": f"{name.provider}|{sender}|{name.entry}|{name.hash}"})
    received = arrived(name, sender)
    if begin != received:
        return Arrived(received)
    received += len(content)
    if received == size:
        return Arrived(received, _rest(name, sender) + content)
    _demand_room(sender, len(content))
    db.session.add(
        PhotoPart(
            provider_id=name.provider,
            sender_id=sender,
            signing_key_id=name.signing_key,
            entry_id=name.entry,
            hash=name.hash,
            begin=begin,
            content=content,
            received_at=at,
        )
    )
    return Arrived(received)


def drop_parts(name: PhotoName, sender: UUID) -> None:
    """Let the parts of a photo go: it is safely kept as a whole."""
    db.session.execute(delete(PhotoPart).where(*_of(name, sender)))


def drop_old_parts(now: datetime) -> int:
    """Let go of what nobody went on with. Answers how many parts."""
    old = delete(PhotoPart).where(PhotoPart.received_at < now - KEPT_FOR)
    return len(db.session.execute(old.returning(PhotoPart.begin)).all())


def _rest(name: PhotoName, sender: UUID) -> bytes:
    parts = select(PhotoPart.content).where(*_of(name, sender)).order_by(PhotoPart.begin)
    return b"".join(db.session.scalars(parts))


def _demand_room(sender: UUID, more: int) -> None:
    found = select(func.coalesce(func.sum(func.length(PhotoPart.content)), 0))
    held = int(db.session.scalar(found.where(PhotoPart.sender_id == sender)) or 0)
    if held + more > MOST_UNFINISHED:
        raise BadInput("Too many photos of this phone are unfinished. It goes on by itself later.")


def _of(name: PhotoName, sender: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        PhotoPart.sender_id == sender,
        PhotoPart.signing_key_id == name.signing_key,
        PhotoPart.entry_id == name.entry,
        PhotoPart.hash == name.hash,
    )
