"""Fetching: everything that a worker may read and has not fetched yet, in order, with a cursor that skips nothing."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, text

from server.domain.audience import audiences
from server.domain.errors import BadInput
from server.extensions import db
from server.models import Entry, Notice, Photo, Provider, Quarantine, Standing
from server.services import quarantine
from server.services.intake import from_b64url
from server.services.scope import ProviderFacts

#: What a reader is shown of an entry. The signed bytes stay here.
_SHOWN = (
    Entry.id,
    Entry.key,
    Entry.thread_key,
    Entry.form,
    Entry.version,
    Entry.service_id,
    Entry.person_id,
    Entry.author_id,
    Entry.device_id,
    Entry.about,
    Entry.replaces,
    Entry.observed_at,
    Entry.recorded_at,
    Entry.received_at,
    Entry.clock_skew_ms,
    Entry.answers,
    Entry.photos,
    Entry.lang,
    Entry.effect,
    Entry.effect_reason,
)

#: A page holds at most this many items.
MOST = 1000
_NONCE = 12

_CHANGES = text("""
    SELECT feed.seq, feed.kind, feed.key
    FROM unnest(CAST(:audiences AS text[]), CAST(:positions AS bigint[])) AS mine (audience, position)
    CROSS JOIN LATERAL (
        SELECT seq, kind, key FROM feed
        WHERE provider_id = :provider AND audience = mine.audience AND seq > mine.position
        ORDER BY seq LIMIT :most
    ) AS feed
    ORDER BY feed.seq LIMIT :most
""")


@dataclass(frozen=True)
class Page:
    """What was fetched, where to go on, and whether there is more now."""

    items: list[dict[str, Any]]
    cursor: str
    more: bool
    epoch: int


def fetch(worker: UUID, provider: Provider, cursor: str | None, limit: int, at: datetime, key: bytes) -> Page:
    """The next page for a worker. A cursor from before a restore starts again from the beginning.

    Raises BadInput for a cursor that we did not make for this worker.
    """
    facts = ProviderFacts()
    positions = _read_cursor(cursor, key, worker, provider.epoch)
    mine = audiences(worker, facts.roles_now(worker, at))
    most = min(limit, MOST)
    changes = db.session.execute(
        _CHANGES,
        {
            "audiences": mine,
            "positions": [positions.get(audience, 0) for audience in mine],
            "provider": provider.id,
            "most": most + 1,
        },
    ).all()
    page, more = changes[:most], len(changes) > most
    latest: dict[tuple[str, str], int] = {(kind, key_): seq for seq, kind, key_ in page}
    reached = page[-1].seq if page else 0
    items = _items(latest, worker, facts.names)
    moved = {audience: max(positions.get(audience, 0), reached) for audience in mine}
    return Page(items, _make_cursor(moved, key, worker, provider.epoch), more, provider.epoch)


def _items(
    latest: Mapping[tuple[str, str], int], worker: UUID, names: Mapping[UUID, str]
) -> list[dict[str, Any]]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, key in latest:
        by_kind[kind].append(key)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    found |= {("entry", item["key"]): item for item in _entries(by_kind["entry"], names)}
    found |= {("standing", item["thread"]): item for item in _standings(by_kind["standing"])}
    found |= {("notice", item["id"]): item for item in _notices(by_kind["notice"], worker)}
    found |= {("forget", key): {"kind": "forget", "thread": key} for key in by_kind["forget"]}
    ordered = sorted(latest, key=lambda change: latest[change])
    return [found[change] for change in ordered if change in found]


def _entries(keys: list[str], names: Mapping[UUID, str]) -> Iterable[dict[str, Any]]:
    if not keys:
        return
    rows = db.session.execute(select(*_SHOWN).where(Entry.key.in_(keys))).all()
    with_photos = [row.id for row in rows if row.photos]
    photos = select(Photo.device_id, Photo.entry_id, Photo.hash).where(Photo.entry_id.in_(with_photos))
    here = (
        {(device, entry, name) for device, entry, name in db.session.execute(photos)}
        if with_photos
        else set()
    )
    for row in rows:
        yield {
            "kind": "entry",
            "key": row.key,
            "thread": row.thread_key,
            "form": row.form,
            "version": row.version,
            "service": str(row.service_id),
            "person": str(row.person_id) if row.person_id else None,
            "about": row.about,
            "replaces": row.replaces,
            "observed_at": _iso(row.observed_at),
            "recorded_at": _iso(row.recorded_at),
            "received_at": _iso(row.received_at),
            "clock_skew_ms": row.clock_skew_ms,
            "author": {"id": str(row.author_id), "name": names[row.author_id]},
            "device": str(row.device_id),
            "answers": row.answers,
            "photos": [
                {"hash": photo["hash"], "here": (row.device_id, row.id, photo["hash"]) in here}
                for photo in row.photos
            ],
            "lang": row.lang,
            "effect": row.effect,
            "reason": row.effect_reason,
        }
    for held in db.session.scalars(select(Quarantine).where(Quarantine.thread_key.in_(keys))):
        yield _held_entry(held, names)


def _held_entry(held: Quarantine, names: Mapping[UUID, str]) -> dict[str, Any]:
    received_at = _iso(held.received_at)
    author = held.author_id or quarantine.UNKNOWN
    return {
        "kind": "entry",
        "key": held.thread_key,
        "thread": held.thread_key,
        "form": "quarantine",
        "version": 1,
        "service": str(held.service_id),
        "person": None,
        "about": None,
        "replaces": None,
        "observed_at": received_at,
        "recorded_at": received_at,
        "received_at": received_at,
        "clock_skew_ms": 0,
        "author": {"id": str(author), "name": names.get(author, "")},
        "device": str(held.device_id or quarantine.UNKNOWN),
        "answers": quarantine.answers_of(held),
        "photos": [],
        "lang": "en",
        "effect": "counted",
        "reason": None,
    }


def _standings(keys: list[str]) -> Iterable[dict[str, Any]]:
    if not keys:
        return
    for document in db.session.scalars(select(Standing.document).where(Standing.thread_key.in_(keys))):
        yield {"kind": "standing", **document}


def _notices(ids: list[str], worker: UUID) -> Iterable[dict[str, Any]]:
    if not ids:
        return
    mine = select(Notice).where(Notice.id.in_([UUID(each) for each in ids]), Notice.worker_id == worker)
    for notice in db.session.scalars(mine):
        yield {
            "kind": "notice",
            "id": str(notice.id),
            "thread": notice.thread_key,
            "rung": notice.rung,
            "words": notice.words,
            "raised_at": _iso(notice.raised_at),
        }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _make_cursor(positions: Mapping[str, int], key: bytes, worker: UUID, epoch: int) -> str:
    nonce = os.urandom(_NONCE)
    inside = json.dumps({"epoch": epoch, "at": dict(positions)}).encode()
    return urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, inside, worker.bytes)).rstrip(b"=").decode()


def _read_cursor(cursor: str | None, key: bytes, worker: UUID, epoch: int) -> dict[str, int]:
    if not cursor:
        return {}
    try:
        sealed = from_b64url(cursor)
        inside = json.loads(AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], worker.bytes))
    except (ValueError, InvalidTag) as error:
        raise BadInput(
            "This phone's place in the list is not one that we gave. Fetch from the beginning."
        ) from error
    # After a restore the numbers begin again, so an older place means nothing.
    return dict(inside["at"]) if inside["epoch"] == epoch else {}
