"""Quarantine: what cannot be accepted is kept whole, closed to most, and still alerts if it says danger."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from server.domain.audience import of_worker
from server.domain.entry import entry_key
from server.domain.rules import Rules
from server.extensions import db
from server.models import Quarantine
from server.services import reader, standing
from server.services.feed import Feed
from server.services.intake import WHY_HELD, Held
from server.services.scope import ProviderFacts

#: Under these ids stands what came from a device or a writer that nobody knows.
UNKNOWN = UUID(int=0)


def hold(feed: Feed, held: Held, rules: Rules, facts: ProviderFacts, at: datetime) -> None:
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
        says_danger=_says_danger(held, rules),
        item=dict(held.item),
        ciphertext_hash=held.ciphertext_hash,
        body=held.raw,
        received_at=held.received_at,
    )
    db.session.add(row)
    db.session.flush()
    settled = standing.settle(feed, [row.thread_key], rules, facts, at)
    leads = reader.readers_of(settled.standings)[row.thread_key]
    feed.announce([of_worker(worker) for worker in leads], "entry", row.thread_key)


def answers_of(row: Quarantine) -> dict[str, Any]:
    """What a reader of the thread is shown: why it is here, and whatever of it can be read."""
    loose = _loose(row.body)
    return {
        "reason": row.reason,
        "words": row.words,
        "form": loose.get("form"),
        "answers": loose.get("answers"),
    }


def _service(held: Held, facts: ProviderFacts, at: datetime) -> UUID:
    """The service whose leads must look: the one it names, else one where its writer works, else the first."""
    named = _loose(held.raw).get("service")
    for service in facts.services:
        if str(service) == named:
            return service
    works_in = facts.roles_now(held.author, at) if held.author else {}
    return min(works_in or facts.services, key=str)


def _says_danger(held: Held, rules: Rules) -> bool:
    loose = _loose(held.raw)
    answers = loose.get("answers")
    if isinstance(answers, dict) and answers.get("danger_now") == "yes":
        return True
    return rules.sounds_dangerous(json.dumps(loose, ensure_ascii=False)) if loose else False


def _loose(raw: bytes | None) -> dict[str, Any]:
    """Whatever can be read of a body that could not be read strictly."""
    try:
        loose = json.loads((raw or b"{}").decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return loose if isinstance(loose, dict) else {}
