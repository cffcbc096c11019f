"""Entries as the rules see them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Select, literal_column, select

from server.domain.entry import Fact
from server.extensions import db
from server.models import Entry, Quarantine
from server.models.entry import COUNTED_BY_PERSON

_COLUMNS = (
    Entry.key,
    Entry.thread_key,
    Entry.form,
    Entry.version,
    Entry.service_id,
    Entry.person_id,
    Entry.author_id,
    Entry.about,
    Entry.replaces,
    Entry.observed_at,
    Entry.recorded_at,
    Entry.received_at,
    Entry.answers,
    Entry.rules_version,
    Entry.calendar_version,
)

Threads = dict[str, list[Fact]]

#: Only these are counted by person, and the index by person holds no others. PostgreSQL takes it only where it reads
#: the same words.
_IS_COUNTED: ColumnElement[bool] = literal_column(COUNTED_BY_PERSON, Boolean)


def threads(keys: Iterable[str]) -> Threads:
    """The facts of each of these threads, by thread."""
    keys = list(keys)
    if not keys:
        return {}
    found = _grouped(select(*_COLUMNS).where(Entry.thread_key.in_(keys)))
    for held in db.session.scalars(select(Quarantine).where(Quarantine.thread_key.in_(keys))):
        found[held.thread_key].append(_held_fact(held))
    return found


def person_threads(form: str, people: Iterable[UUID], since: datetime) -> Threads:
    """The threads in which something was written on one form about these people since a moment."""
    touched = select(Entry.thread_key).where(
        _IS_COUNTED, Entry.form == form, Entry.person_id.in_(list(people)), Entry.recorded_at >= since
    )
    return _grouped(select(*_COLUMNS).where(Entry.thread_key.in_(touched)))


def _grouped(rows: Select[Any]) -> Threads:
    grouped: Threads = defaultdict(list)
    for row in db.session.execute(rows):
        grouped[row[1]].append(Fact(*row))
    return grouped


def _held_fact(held: Quarantine) -> Fact:
    return Fact(
        key=held.thread_key,
        thread_key=held.thread_key,
        form="quarantine",
        version=1,
        service=held.service_id,
        person=None,
        # Nobody known wrote what came under an unknown key.
        author=held.author_id or UUID(int=0),
        about=None,
        replaces=None,
        observed_at=held.received_at,
        recorded_at=held.received_at,
        received_at=held.received_at,
        answers={"says_danger": held.says_danger, "text": (held.body or b"").decode("utf-8", "replace")},
        rules_version=1,
        calendar_version="",
    )
