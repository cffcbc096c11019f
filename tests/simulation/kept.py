"""What the server has, as the invariants look at it: entries, what is in quarantine, and photos."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import Row, select

from server.domain.entry import entry_key
from server.extensions import db, work_for
from server.models import Entry, Photo, Quarantine
from tests.simulation.photo_lane import PhotoKey

_ENTRIES = select(
    Entry.key,
    Entry.id,
    Entry.device_id,
    Entry.device_seq,
    Entry.author_id,
    Entry.body,
    Entry.content_hash,
    Entry.received_at,
)
_HELD = select(
    Quarantine.device_id,
    Quarantine.entry_id,
    Quarantine.author_id,
    Quarantine.body,
    Quarantine.reason,
    Quarantine.received_at,
)


@dataclass(frozen=True)
class Kept:
    """Everything that is kept of one provider, by the keys that phones know."""

    entries: dict[str, Row[Any]]
    held: dict[str, list[Row[Any]]]
    #: The name under which each photo is stored.
    photos: dict[PhotoKey, str]

    @classmethod
    def of(cls, app: Flask, provider: UUID) -> Kept:
        """Look at all of it."""
        with app.app_context():
            work_for(provider)
            entries = {row.key: row for row in db.session.execute(_ENTRIES)}
            held: dict[str, list[Row[Any]]] = {}
            for row in db.session.execute(_HELD):
                held.setdefault(f"{row.device_id}.{row.entry_id}", []).append(row)
            photos = {
                (entry_key(photo.device_id, photo.entry_id), photo.hash): photo.stored_hash
                for photo in db.session.scalars(select(Photo))
            }
            db.session.rollback()
        return cls(entries, held, photos)
