"""Fetching: everything that a worker may read and has not fetched yet, in order, with a cursor that skips nothing."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select, text

from server.domain.audience import audiences
from server.domain.errors import BadInput
from server.domain.standing import WHY_NONE
from server.extensions import db
from server.models import Provider, Quarantine
from server.services import quarantine
from server.services.intake import from_b64url
from server.services.scope import ProviderFacts
from server.services.worker import roles_of

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


#: Entries and standings are written as JSON by PostgreSQL, which does it many times faster than we could.
_ENTRIES = text("""
    SELECT entry.key, CAST(jsonb_build_object(
        'kind', 'entry',
        'key', entry.key,
        'thread', entry.thread_key,
        'form', entry.form,
        'version', entry.version,
        'service', entry.service_id,
        'person', entry.person_id,
        'about', entry.about,
        'replaces', entry.replaces,
        'observed_at', entry.observed_at,
        'recorded_at', entry.recorded_at,
        'received_at', entry.received_at,
        'clock_skew_ms', entry.clock_skew_ms,
        'author', jsonb_build_object('id', entry.author_id, 'name', worker.name),
        'device', entry.device_id,
        'answers', entry.answers,
        'photos', CASE WHEN entry.photos = '[]' THEN entry.photos ELSE (
            SELECT jsonb_agg(jsonb_build_object('hash', named ->> 'hash', 'here', EXISTS (
                SELECT 1 FROM photo WHERE photo.provider_id = entry.provider_id
                AND photo.device_id = entry.device_id AND photo.entry_id = entry.id
                AND photo.hash = named ->> 'hash')))
            FROM jsonb_array_elements(entry.photos) AS named) END,
        'lang', entry.lang,
        'effect', entry.effect,
        'reason', entry.effect_reason,
        'words', coalesce(CAST(:why_none AS jsonb) ->> entry.effect_reason, '')) AS text)
    FROM entry JOIN worker ON worker.provider_id = entry.provider_id AND worker.id = entry.author_id
    WHERE entry.provider_id = :provider AND entry.key = ANY(:keys)
""")
_STANDINGS = text("""
    SELECT thread_key, CAST(document || '{"kind": "standing"}' AS text) FROM standing
    WHERE provider_id = :provider AND thread_key = ANY(:keys)
""")
_NOTICES = text("""
    SELECT CAST(id AS text), CAST(jsonb_build_object(
        'kind', 'notice', 'id', id, 'thread', thread_key, 'rung', rung, 'words', words, 'raised_at', raised_at
    ) AS text) FROM notice
    WHERE provider_id = :provider AND worker_id = :worker AND CAST(id AS text) = ANY(:keys)
""")


@dataclass(frozen=True)
class Page:
    """What was fetched, each item as JSON, where to go on, and whether there is more now."""

    items: list[str]
    cursor: str
    more: bool
    epoch: int


def fetch(worker: UUID, provider: Provider, cursor: str | None, limit: int, at: datetime, key: bytes) -> Page:
    """The next page for a worker. A cursor from before a restore starts again from the beginning.

    Raises BadInput for a cursor that we did not make for this worker.
    """
    positions = _read_cursor(cursor, key, worker, provider.epoch)
    mine = audiences(worker, roles_of(worker, at))
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
    items = _items(latest, worker, provider.id)
    moved = {audience: max(positions.get(audience, 0), reached) for audience in mine}
    return Page(items, _make_cursor(moved, key, worker, provider.epoch), more, provider.epoch)


def _items(latest: Mapping[tuple[str, str], int], worker: UUID, provider: UUID) -> list[str]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, key in latest:
        by_kind[kind].append(key)
    found: dict[tuple[str, str], str] = {}
    besides: dict[str, dict[str, Any]] = {"entry": {"why_none": json.dumps(WHY_NONE)}, "notice": {"worker": worker}}
    for kind, statement in (("entry", _ENTRIES), ("standing", _STANDINGS), ("notice", _NOTICES)):
        if keys := by_kind[kind]:
            asked = {"provider": provider, "keys": keys, **besides.get(kind, {})}
            found |= {(kind, key): item for key, item in db.session.execute(statement, asked)}
    # What is in quarantine has no entry of that key, only what was kept of it.
    missing = [key for key in by_kind["entry"] if ("entry", key) not in found]
    found |= {("entry", item["key"]): json.dumps(item) for item in _held_entries(missing)}
    found |= {("forget", key): json.dumps({"kind": "forget", "thread": key}) for key in by_kind["forget"]}
    ordered = sorted(latest, key=lambda change: latest[change])
    return [found[change] for change in ordered if change in found]


def _held_entries(keys: list[str]) -> Iterator[dict[str, Any]]:
    if not keys:
        return
    names = ProviderFacts().names
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
        "words": "",
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
