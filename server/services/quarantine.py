"""Quarantine: what cannot be accepted is kept whole, closed to most, and still alerts if it says danger."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, tuple_
from sqlalchemy.exc import OperationalError

from server.domain.entry import entry_key
from server.domain.json_text import DEEPEST
from server.domain.rules import Rules
from server.extensions import db
from server.models import Photo, Quarantine
from server.services import reader, standing
from server.services.fault import note_fault
from server.services.feed import Feed
from server.services.intake import WHY_HELD, Held
from server.services.scope import ProviderFacts

#: Under these ids stands what came from a device or a writer that nobody knows.
UNKNOWN = UUID(int=0)
#: Nobody types as much as this, and reading it would take seconds: it is taken for the worst that it might be.
LONGEST_SCREENED = 50_000
#: Why something is here, for whoever must look at it. Its writer was told in words of their own.
WHY_HERE = {
    "unknown_key": "It came from a phone that is not known here.",
    "cannot_open": "It arrived damaged and cannot be opened.",
    "bad_signature": "It arrived damaged: the signature is wrong, so anybody may have written it.",
    "unreadable": "It arrived damaged. This is what can be read of it.",
    "unknown_form": "It was written in a form that is not known here.",
    "bad_answers": "Some answers do not fit the form.",
    "about_nothing": "It does not say what it answers.",
    "unknown_service": "It names a service that is not known here.",
    "revoked": "It came from a phone that may no longer send, such as one that was reported lost.",
    "left": "Its writer had left when it came.",
    "same_id_other_content": "Two different entries came under one number. This is the second.",
    "not_kept": "Something went wrong in Heed while it was kept.",
}
#: The name of a photo: SHA-256 in hexadecimal digits.
_HASH = re.compile(r"[0-9a-f]{64}")
_DANGER_TAPPED = re.compile(r'"danger_now"\s*:\s*"yes"')


def hold(feed: Feed, held: Held, danger: bool, rules: Rules, facts: ProviderFacts, at: datetime) -> None:
    """Keep something that cannot be accepted and open a thread about it, once however often it comes."""
    known = select(Quarantine.id).where(Quarantine.ciphertext_hash == held.ciphertext_hash)
    if db.session.scalar(known):
        return
    quarantine_id = uuid4()
    row = Quarantine(
        id=quarantine_id,
        thread_key=entry_key(held.device or UNKNOWN, quarantine_id),
        signing_key_id=UUID(held.item["key_id"]),
        author_id=held.author,
        device_id=held.device,
        service_id=_service(held, facts, at),
        entry_id=str(held.item["id"]),
        reason=held.reason,
        words=WHY_HELD[held.reason],
        says_danger=danger,
        item=dict(held.item),
        ciphertext_hash=held.ciphertext_hash,
        body=held.raw,
        received_at=held.received_at,
    )
    db.session.add(row)
    db.session.flush()
    mark = feed.mark()
    try:
        with db.session.begin_nested():
            standing.settle(feed, [row.thread_key], rules, facts, at)
    except OperationalError:
        raise
    except Exception as fault:
        # It is kept all the same, and `heed rebuild` opens its thread once the fault is mended.
        feed.back_to(mark)
        note_fault("Opening a thread for what is in quarantine", fault)


def answers_of(row: Quarantine) -> dict[str, Any]:
    """What a reader of the thread is shown: why it is here, and whatever of it can be read, in its form or as text."""
    loose = _loose(row.body)
    answers = loose.get("answers")
    return {
        "reason": row.reason,
        "words": WHY_HERE[row.reason],
        "form": loose.get("form"),
        "version": loose.get("version"),
        "answers": answers,
        "text": None if isinstance(answers, dict) else _text(row.body)[:LONGEST_SCREENED],
    }


def photos_of(rows: Sequence[Quarantine]) -> dict[UUID, list[dict[str, Any]]]:
    """The photos that each of these names, by its id, and whether each is here."""
    entries = [(row.device_id, UUID(row.entry_id)) for row in rows]
    arrived = select(Photo).where(tuple_(Photo.device_id, Photo.entry_id).in_(entries))
    damaged: dict[tuple[UUID | None, UUID, str], bool] = {
        (each.device_id, each.entry_id, each.hash): each.damaged for each in db.session.scalars(arrived)
    }
    shown: dict[UUID, list[dict[str, Any]]] = {}
    for row, entry in zip(rows, entries, strict=True):
        found = [(name, damaged.get((*entry, name))) for name in photos_named(row.body)]
        shown[row.id] = [
            {"hash": name, "here": is_damaged is False, "damaged": is_damaged is True}
            for name, is_damaged in found
        ]
    return shown


def photos_named(body: bytes | None) -> list[str]:
    """The names of the photos in whatever can be read of a body, in order and each once."""
    photos = _loose(body).get("photos")
    named = (
        [each.get("hash") for each in photos if isinstance(each, dict)] if isinstance(photos, list) else []
    )
    return list(dict.fromkeys(name for name in named if isinstance(name, str) and _HASH.fullmatch(name)))


def held_of(device: UUID, entry_id: UUID) -> Sequence[Quarantine]:
    """What is in quarantine of an entry that a device sent under this number."""
    held = select(Quarantine).where(Quarantine.device_id == device, Quarantine.entry_id == str(entry_id))
    return db.session.scalars(held).all()


def audiences(thread_key: str) -> set[str]:
    """Who may fetch what is in quarantine: its readers by name, and nobody by role."""
    readers = reader.readers_of([thread_key])[thread_key]
    return {reader.audience_of(worker, restricted=True) for worker in readers}


def _service(held: Held, facts: ProviderFacts, at: datetime) -> UUID:
    """The service whose leads must look: the one it names, else one where its writer works, else the first."""
    named = _loose(held.raw).get("service")
    for service in facts.services:
        if str(service) == named:
            return service
    works_in = facts.roles_now(held.author, at) if held.author else {}
    return min(works_in or facts.services, key=str)


def says_danger(raw: bytes | None, rules: Rules) -> bool:
    """Whether whatever can be read of something says danger: a tap, a strong sign, or more text than can be read."""
    text = _text(raw)
    if len(text) > LONGEST_SCREENED or _DANGER_TAPPED.search(text):
        return True
    # What was cut off in the middle is no JSON any more, and is screened as it stands.
    said = list(_said(_loose(raw))) or [text.replace("\\n", " ")]
    return any(rules.sounds_dangerous(each) for each in said)


def _said(value: Any) -> Iterator[str]:
    """Every text in an answer, however deep."""
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _said(part)


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", "replace")


def _loose(raw: bytes | None) -> dict[str, Any]:
    """Whatever can be read of a body that could not be read strictly.

    Numbers that no phone could read again are kept as text.
    """
    try:
        loose = json.loads(_text(raw), parse_constant=str, parse_float=str)
    except (ValueError, RecursionError):
        return {}
    return loose if isinstance(loose, dict) and not _is_too_deep(loose, DEEPEST) else {}


def _is_too_deep(value: Any, left: int) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left == 0 or any(_is_too_deep(part, left - 1) for part in parts)
