"""Rebuilding: throw away what was derived, work it out again, and see that nothing differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, union_all

from server.domain.rules import Rules
from server.extensions import db
from server.models import Deadline, Entry, Quarantine, Rung
from server.services import standing, standing_rows
from server.services.feed import Feed
from server.services.scope import ProviderFacts

#: Threads are looked at this many at a time, so that a large provider fits in memory.
AT_ONCE = 500
Rows = dict[tuple[Any, ...], dict[str, Any]]


@dataclass(frozen=True)
class Difference:
    """A row that is kept and is not what the entries say."""

    table: str
    key: str
    kept: str
    said: str


def differences(
    rules: Rules, progress: Callable[[int, int], None] = lambda done, of: None
) -> list[Difference]:
    """Everything derived for this session's provider that is not what its entries say. Changes nothing."""
    found: list[Difference] = []
    facts = ProviderFacts()
    done, total = 0, _count()
    for keys in _chunks():
        derived = standing.derive(keys, rules, facts)
        mine = {key: derived.standings[key] for key in keys if key in derived.standings}
        said: Rows = {(key,): standing_rows.standing_row(each, facts.names) for key, each in mine.items()}
        found += _compare("standing", said, {(k,): row for k, row in standing_rows.kept(keys).items()})
        deadlines = [row for each in mine.values() for row in standing_rows.deadline_rows(each)]
        found += _compare("deadline", _keyed(deadlines, "rule"), _kept(Deadline, keys, "rule"))
        rungs = [row for each in mine.values() for row in standing_rows.rung_rows(each)]
        found += _compare("rung", _keyed(rungs, "rule", "rung"), _kept(Rung, keys, "rule", "rung"))
        effects = {key: effect for each in mine.values() for key, effect in each.effects.items()}
        found += _compare_effects(effects)
        done += len(keys)
        progress(done, total)
    return found


def rebuild(
    provider: UUID, rules: Rules, at: datetime, progress: Callable[[int, int], None] = lambda done, of: None
) -> int:
    """Work everything out again and keep what differs. Answers how many threads were looked at."""
    facts = ProviderFacts()
    done, total = 0, _count()
    for keys in _chunks():
        feed = Feed(provider)
        standing.settle(feed, keys, rules, facts, at)
        feed.close()
        done += len(keys)
        progress(done, total)
    return done


def _roots() -> Any:
    entries = select(Entry.key.label("key")).where(Entry.key == Entry.thread_key)
    return union_all(entries, select(Quarantine.thread_key.label("key"))).subquery()


def _count() -> int:
    return db.session.scalar(select(func.count()).select_from(_roots())) or 0


def _chunks() -> Iterator[list[str]]:
    roots = _roots()
    last = ""
    while True:
        page = select(roots.c.key).where(roots.c.key > last).order_by(roots.c.key).limit(AT_ONCE)
        keys = list(db.session.scalars(page))
        if not keys:
            return
        yield keys
        last = keys[-1]


def _keyed(rows: list[dict[str, Any]], *parts: str) -> Rows:
    return {(row["thread_key"], *(row[part] for part in parts)): row for row in rows}


def _kept(model: Any, keys: list[str], *parts: str) -> Rows:
    names = [column.key for column in model.__table__.columns if column.key != "provider_id"]
    rows = db.session.execute(
        select(*(getattr(model, name) for name in names)).where(model.thread_key.in_(keys))
    )
    return _keyed([dict(row._mapping) for row in rows], *parts)


def _compare(table: str, said: Rows, kept: Rows) -> Iterator[Difference]:
    for key in said.keys() | kept.keys():
        if said.get(key) == kept.get(key):
            continue
        ours, theirs = said.get(key, {}), kept.get(key, {})
        names = [name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)]
        yield Difference(
            table,
            " ".join(map(str, key)),
            kept=str({name: theirs.get(name) for name in names}),
            said=str({name: ours.get(name) for name in names}),
        )


def _compare_effects(effects: dict[str, Any]) -> Iterator[Difference]:
    rows = select(Entry.key, Entry.effect, Entry.effect_reason).where(Entry.key.in_(effects))
    for key, effect, reason in db.session.execute(rows):
        if (effect, reason) != (effects[key].effect, effects[key].reason):
            yield Difference("entry", key, kept=f"{effect} {reason}", said=str(effects[key]))
