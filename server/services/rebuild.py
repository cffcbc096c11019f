"""Rebuilding: throw away what was derived, work it out again, and see that nothing differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, union, update

from server.domain.rules import Rules
from server.domain.standing import NONE, Effect, Standing
from server.domain.thread import OPENS
from server.extensions import db
from server.models import Deadline, Entry, Quarantine, Rung
from server.models import Standing as StandingRow
from server.services import fact, rebuild_feed, standing, standing_rows
from server.services.feed import Feed
from server.services.scope import ProviderFacts

#: Threads are looked at this many at a time, so that a large provider fits in memory.
AT_ONCE = 500
#: Nobody corrects one entry more often.
LONGEST_CHAIN = 1000
Rows = dict[tuple[Any, ...], dict[str, Any]]
_WAITING = Effect(NONE, "waiting")

#: The thread of each entry by its pointer: that of what it points at, as far as that is here and it may join it.
_WRONG_THREADS = text("""
    SELECT key, kept, said FROM (
        SELECT wanting.key, wanting.thread_key AS kept,
            CASE WHEN wanting.target IS NULL THEN wanting.key
                 WHEN wanting.form = ANY(:opens) AND (target.key IS NULL OR target.form <> wanting.form
                     OR target.form = 'concern' AND target.author_id <> wanting.author_id) THEN wanting.key
                 WHEN target.key IS NULL THEN wanting.target
                 ELSE target.thread_key END AS said
        FROM (SELECT provider_id, key, thread_key, form, author_id,
                     coalesce(replaces, CASE WHEN form <> ALL(:opens) THEN about END) AS target
              FROM entry WHERE provider_id = :provider) AS wanting
        LEFT JOIN entry AS target ON target.provider_id = wanting.provider_id AND target.key = wanting.target
    ) AS pointing
    WHERE kept <> said ORDER BY key
""")


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
    """Everything derived for this session's provider that is not what its entries say, the feed included.

    Changes nothing.
    """
    found = [
        Difference("entry", key, kept=f"in {kept}", said=f"in {said}") for key, kept, said in _wrong_threads()
    ]
    found += [Difference("standing", key, kept="there", said="no such thread") for key in _orphans()]
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
        threads = fact.threads(keys)
        found += [
            Difference("entry", key, kept=f"{effect} {reason}", said=str(said))
            for key, effect, reason, said in _wrong_effects(mine, threads)
        ]
        for feed in rebuild_feed.feeds_of(keys, mine, threads):
            for audience, (lacking, extra) in feed.wrong().items():
                found.append(
                    Difference("feed", f"{audience} {feed.thread}", kept=str(extra), said=str(lacking))
                )
        done += len(keys)
        progress(done, total)
    return found


def rebuild(
    provider: UUID, rules: Rules, at: datetime, progress: Callable[[int, int], None] = lambda done, of: None
) -> int:
    """Work everything out again and keep what differs. Answers how many threads were looked at."""
    feed = Feed(provider)
    for _ in range(LONGEST_CHAIN):
        # What was moved may be pointed at by others in turn.
        if not (wrong := _wrong_threads()):
            break
        for key, _, said in wrong:
            _set_entry(key, thread_key=said)
    for key in _orphans():
        standing_rows.drop(feed, key, ())
    feed.close()
    facts = ProviderFacts()
    done, total = 0, _count()
    for keys in _chunks():
        feed = Feed(provider)
        derived = standing.settle(feed, keys, rules, facts, at)
        feed.close()
        mine = {key: derived.standings[key] for key in keys if key in derived.standings}
        threads = fact.threads(keys)
        standing_rows.keep_deadlines(provider, list(mine.values()), mine.keys())
        for key, _, _, effect in _wrong_effects(mine, threads):
            _set_entry(key, effect=effect.effect, effect_reason=effect.reason)
        rebuild_feed.mend(feed, rebuild_feed.feeds_of(keys, mine, threads))
        feed.close()
        done += len(keys)
        progress(done, total)
    return done


def _roots() -> Any:
    # A thread may begin with a correction, or with answers that wait for what they are about.
    return union(select(Entry.thread_key.label("key")), select(Quarantine.thread_key.label("key"))).subquery()


def _orphans() -> list[str]:
    """Standings of threads in which there is nothing."""
    roots = _roots()
    return list(
        db.session.scalars(
            select(StandingRow.thread_key).where(StandingRow.thread_key.not_in(select(roots.c.key)))
        )
    )


def _wrong_threads() -> list[tuple[str, str, str]]:
    """Entries that are not in the thread in which they should be: their key, that thread, and the right one."""
    asked = {"provider": db.session().info["provider"], "opens": sorted(OPENS)}
    return [(row.key, row.kept, row.said) for row in db.session.execute(_WRONG_THREADS, asked)]


def _set_entry(key: str, **values: str | None) -> None:
    changed = update(Entry).where(Entry.key == key).values(**values)
    db.session.execute(changed.execution_options(synchronize_session=False))


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


def _wrong_effects(
    standings: Mapping[str, Standing], threads: fact.Threads
) -> list[tuple[str, str, str | None, Effect]]:
    """Entries whose effect is not what the rules say: their key, what is kept, and the right one."""
    said = {entry.key: _WAITING for thread in threads.values() for entry in thread}
    said |= {each.root.key: Effect() for each in standings.values()}
    said |= {key: effect for each in standings.values() for key, effect in each.effects.items()}
    rows = select(Entry.key, Entry.effect, Entry.effect_reason).where(Entry.key.in_(said))
    return [
        (key, effect, reason, said[key])
        for key, effect, reason in db.session.execute(rows)
        if (effect, reason) != (said[key].effect, said[key].reason)
    ]
