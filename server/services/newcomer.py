"""Somebody joins whom something that was written before may name: it is closed to them before they hold a role."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from server.domain.conflict import SHORTEST_NAME, SHORTEST_PART, parts_of
from server.domain.rules import Rules
from server.extensions import db
from server.models import Entry, Quarantine
from server.services import standing
from server.services.feed import Feed
from server.services.scope import ProviderFacts


def close_what_names(name: str, provider: UUID, rules: Rules, at: datetime) -> None:
    """Work out again every thread that may name a worker who has just been added."""
    # Locked first, so that a concern that comes in meanwhile is either found here or knows the worker already.
    feed = Feed(provider)
    standing.settle(feed, _may_name(name), rules, ProviderFacts(), at)
    feed.close()


def _may_name(name: str) -> set[str]:
    said = [
        Entry.answers[answer].as_string().ilike(f"%{_however_accented(part)}%")
        for answer, shortest in (("who_name", SHORTEST_NAME), ("what_happened", SHORTEST_PART))
        for part in {*parts_of(name, shortest), *name.casefold().split()}
    ]
    concerns = select(Entry.thread_key).where(Entry.form == "concern", or_(False, *said))
    return {*db.session.scalars(concerns), *db.session.scalars(select(Quarantine.thread_key))}


def _however_accented(part: str) -> str:
    """A pattern for a part of a name, whether or not whoever wrote it put the accents on its vowels."""
    return re.sub(r"[aeiouy]|[^\x00-\x7f]", "_", re.sub(r"[%_\\]", "", part))
