"""Fetching: everything that a worker may read and has not fetched yet, in order, with a cursor that skips nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from server.domain.audience import audiences
from server.domain.standing import WHY_NONE
from server.extensions import db
from server.models import Quarantine, Restoration
from server.services import lost_audience, quarantine, reading
from server.services.cursor import Cursor, read_cursor
from server.services.feed import forgotten_thread
from server.services.scope import ProviderFacts
from server.services.stand import Stand

#: A page holds at most this many items.
MOST = 1000
#: What is announced: its kind and its key.
Change = tuple[str, str]
_WHY_NONE = json.dumps(WHY_NONE)

#: What was announced, each thing once however many of the audiences are told of it, and with it what it is where that
#: is ready: nearly every entry counts and names no photo, and nearly every standing is the same for all who read it.
_PAGE = text("""
    WITH page AS MATERIALIZED (
        SELECT DISTINCT ON (feed.seq, feed.kind, feed.key) feed.seq, feed.kind, feed.key
        FROM unnest(CAST(:audiences AS text[]), CAST(:positions AS bigint[]), CAST(:begins AS bigint[]),
                    CAST(:hads AS bigint[])) AS mine (audience, position, began, had)
        CROSS JOIN LATERAL (
            SELECT seq, kind, key FROM feed
            WHERE provider_id = :provider AND audience = mine.audience AND seq > mine.position
            AND (kind <> 'forget' OR since <= CASE WHEN seq > mine.began THEN mine.position ELSE mine.had END)
            ORDER BY seq LIMIT :most
        ) AS feed
        ORDER BY feed.seq, feed.kind, feed.key LIMIT :most
    )
    SELECT page.seq, page.kind, page.key,
        CASE WHEN entry.effect = 'counted' AND entry.effect_reason IS NULL AND entry.photos = '[]'
            THEN entry.shown || ',"thread":"' || entry.thread_key
                || '","photos":[],"effect":"counted","reason": null,"words":""}' END AS item
    FROM page LEFT JOIN entry ON entry.provider_id = :provider AND entry.key = page.key
    WHERE page.kind = 'entry'
    UNION ALL
    SELECT page.seq, page.kind, page.key,
        CASE WHEN NOT standing.restricted THEN CAST(standing.document AS text) END
    FROM page LEFT JOIN standing ON standing.provider_id = :provider AND standing.thread_key = page.key
    WHERE page.kind = 'standing'
    UNION ALL
    SELECT page.seq, page.kind, page.key, NULL FROM page WHERE page.kind NOT IN ('entry', 'standing')
""")
#: The same things by their keys, whatever the rules say of them. No key holds a space, and one text is handed over
#: sooner than a list.
_ENTRIES = text("""
    SELECT entry.key, entry.shown || ',' || substr(CAST(json_build_object(
        'thread', CASE WHEN entry.effect_reason = 'waiting' AND entry.author_id = :worker
            THEN coalesce(entry.replaces, entry.about, entry.key) ELSE entry.thread_key END,
        'photos', CASE WHEN entry.photos = '[]' THEN entry.photos ELSE (
            SELECT jsonb_agg(jsonb_build_object('hash', named ->> 'hash',
                'here', coalesce(NOT photo.damaged, false), 'damaged', coalesce(photo.damaged, false))
                ORDER BY place)
            FROM jsonb_array_elements(entry.photos) WITH ORDINALITY AS named (named, place)
            LEFT JOIN photo ON photo.provider_id = entry.provider_id
                AND photo.device_id = entry.device_id AND photo.entry_id = entry.id
                AND photo.hash = named ->> 'hash') END,
        'effect', entry.effect,
        'reason', entry.effect_reason,
        'words', coalesce(CAST(:why_none AS jsonb) ->> entry.effect_reason, '')) AS text), 2)
    FROM unnest(string_to_array(:keys, ' ')) AS wanted (key)
    JOIN entry ON entry.provider_id = :provider AND entry.key = wanted.key
""")
_STANDINGS = text("""
    SELECT thread_key, CASE WHEN NOT restricted THEN CAST(document AS text)
        ELSE CAST(CAST(document AS jsonb) || jsonb_build_object(
            'open_to', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('id', worker.id, 'name', worker.name)
                    ORDER BY worker.name, worker.id), '[]')
                FROM thread_reader JOIN worker
                    ON worker.provider_id = thread_reader.provider_id AND worker.id = thread_reader.worker_id
                WHERE thread_reader.provider_id = :provider AND thread_reader.thread_key = standing.thread_key),
            'read_by', (
                SELECT coalesce(jsonb_agg(jsonb_build_object('id', worker.id, 'name', worker.name,
                    'first_at', thread_read.first_at, 'last_at', thread_read.last_at)
                    ORDER BY thread_read.first_at, worker.id), '[]')
                FROM thread_read JOIN worker
                    ON worker.provider_id = thread_read.provider_id AND worker.id = thread_read.worker_id
                WHERE thread_read.provider_id = :provider AND thread_read.thread_key = standing.thread_key
                AND EXISTS (
                    SELECT 1 FROM thread_reader AS me WHERE me.provider_id = :provider
                    AND me.thread_key = standing.thread_key AND me.worker_id = :worker)))
        AS text) END
    FROM unnest(string_to_array(:keys, ' ')) AS wanted (key)
    JOIN standing ON standing.provider_id = :provider AND standing.thread_key = wanted.key
""")
_NOTICES = text("""
    SELECT CAST(id AS text), CAST(jsonb_build_object(
        'kind', 'notice', 'id', id, 'rule', rule, 'rung', rung, 'words', words, 'raised_at', raised_at,
        'thread', CASE WHEN position(':' IN thread_key) = 0 THEN thread_key END
    ) AS text)
    FROM unnest(string_to_array(:keys, ' ')) AS wanted (key)
    JOIN notice ON notice.provider_id = :provider AND notice.id = CAST(wanted.key AS uuid)
    AND notice.worker_id = :worker
""")


@dataclass(frozen=True)
class Page:
    """What was fetched, each item as JSON, where to go on, and whether there is more now."""

    items: list[str]
    cursor: str
    more: bool
    epoch: int


def fetch(
    worker: UUID, provider: UUID, stand: Stand, cursor: str | None, limit: int, at: datetime, key: bytes
) -> Page:
    """The next page for a worker, who stood there before the page is read: what is taken away after that may have
    been read. A cursor from before a restore starts again from the beginning.

    Raises BadInput for a cursor that we did not make for this worker.
    """
    place = read_cursor(cursor, key, worker, stand.epoch, _came_back_with)
    came = place.copy()
    mine = audiences(worker, stand.roles)
    most = min(limit, MOST)
    place.begin(mine, stand.head)
    if lost := place.lost(mine):
        wanted, place.forgotten = lost_audience.forgets(
            provider, place.at[lost], lost, mine, place.forgotten, most
        )
        if place.forgotten is None:
            del place.at[lost]
        place.more = True
        reading.note(provider, worker, mine, wanted, at)
        return Page(items_of(wanted, worker, provider), place.sealed(key, worker), True, stand.epoch)
    # Where nothing was announced to anybody since, there is nothing to look for.
    is_new = any(place.at[audience].position < stand.head for audience in mine)
    changes = _changes(provider, mine, place, most + 1) if is_new else []
    page, more = changes[:most], len(changes) > most
    if page:
        place.move(page[-1][0])
    place.more = more
    if not more:
        place.end()
    # What changed twice on one page is fetched once, as it is now, where it changed last.
    last_first: dict[Change, str | None] = {(kind, key_): item for _, kind, key_, item in reversed(page)}
    found = dict(reversed(last_first.items()))
    # Where a reading was noted, the thread says so too.
    was_noted = reading.note(provider, worker, mine, found, at)
    missing = [change for change, item in found.items() if was_noted or item is None]
    found |= _read(missing, worker, provider)
    # A phone that nothing moved is told the place that it knows.
    moved = cursor if cursor and place == came else place.sealed(key, worker)
    return Page([item for item in found.values() if item is not None], moved, more, stand.epoch)


def _changes(
    provider: UUID, mine: Sequence[str], place: Cursor, most: int
) -> list[tuple[int, str, str, str | None]]:
    """What was announced to these audiences after the place that a phone has reached, in order, each as JSON.

    Where what it is was not ready, there is only that it was announced.
    """
    asked = {
        "audiences": mine,
        "positions": [place.at[audience].position for audience in mine],
        "begins": [place.at[audience].began for audience in mine],
        "hads": [place.at[audience].had for audience in mine],
        "provider": provider,
        "most": most,
    }
    rows: Sequence[Any] = db.session.execute(_PAGE, asked).all()
    return sorted(rows, key=itemgetter(0))


def _came_back_with(epoch: int) -> int:
    found = select(func.min(Restoration.seq)).where(Restoration.epoch > epoch)
    return db.session.scalar(found) or 0


def items_of(wanted: Sequence[Change], worker: UUID, provider: UUID) -> list[str]:
    """These changes as JSON, in the order asked for; what is there no more is left out.

    Whether the worker may read them is asked before.
    """
    found = _read(wanted, worker, provider)
    return [found[change] for change in wanted if change in found]


def _read(wanted: Iterable[Change], worker: UUID, provider: UUID) -> dict[Change, str]:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, key in wanted:
        by_kind[kind].append(key)
    found: dict[Change, str] = {}
    for kind, statement in (("entry", _ENTRIES), ("standing", _STANDINGS), ("notice", _NOTICES)):
        if keys := by_kind[kind]:
            asked = {"provider": provider, "worker": worker, "keys": " ".join(keys)}
            if kind == "entry":
                asked["why_none"] = _WHY_NONE
            found |= {(kind, key): item for key, item in db.session.execute(statement, asked)}
    # What is in quarantine has no entry of that key, only what was kept of it.
    missing = [key for key in by_kind["entry"] if ("entry", key) not in found]
    found |= {("entry", item["key"]): json.dumps(item) for item in _held_entries(missing)}
    return found | {
        ("forget", key): json.dumps({"kind": "forget", "thread": forgotten_thread(key)})
        for key in by_kind["forget"]
    }


def _held_entries(keys: list[str]) -> Iterator[dict[str, Any]]:
    if not keys:
        return
    names = ProviderFacts().names
    rows = db.session.scalars(select(Quarantine).where(Quarantine.thread_key.in_(keys))).all()
    photos = quarantine.photos_of(rows)
    for held in rows:
        yield _held_entry(held, names, photos[held.id])


def _held_entry(held: Quarantine, names: Mapping[UUID, str], photos: list[dict[str, Any]]) -> dict[str, Any]:
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
        "photos": photos,
        "lang": "en",
        "effect": "counted",
        "reason": None,
        "words": "",
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
