"""Keeping what the rules said: the rows of standings, deadlines and rungs, and telling readers what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import delete, select, tuple_, update

from server.domain.audience import CLASS_OF, of_class, of_worker
from server.domain.entry import Fact
from server.domain.standing import WHY_NONE, Deadline, Effect, Standing, Why, first_effect
from server.extensions import db
from server.models import Deadline as DeadlineRow
from server.models import Entry, Rung
from server.models import Standing as StandingRow
from server.services import reader
from server.services.bulk import Row, upsert_rows
from server.services.derived import Derived
from server.services.feed import Feed
from server.services.scope import ProviderFacts
from server.services.telling import tell_let_in


def keep(feed: Feed, derived: Derived, facts: ProviderFacts, at: datetime) -> None:
    """Write down the standings that differ from what is kept, with their deadlines, and announce them."""
    by_key, threads = derived.standings, derived.threads
    before = kept(by_key.keys() - derived.began)
    rows = {key: standing_row(standing, facts.names) for key, standing in by_key.items()}
    changed = [key for key, row in rows.items() if _differs(row, before.get(key))]
    upsert_rows(StandingRow, [{"provider_id": feed.provider, **rows[key]} for key in changed], ["thread_key"])
    keep_deadlines(feed.provider, [by_key[key] for key in changed], set(before))
    _keep_effects(feed, derived)
    readers = derived.readers(changed)
    for key in changed:
        standing = by_key[key]
        if standing.restricted and _names_others(rows[key], before.get(key)):
            readers[key] = _restrict(feed, standing, threads[key], before.get(key), facts, at)
        elif _is_read_by_others(rows[key], before.get(key)):
            for each in threads[key]:
                feed.announce(entry_audiences(standing, each, readers[key]), "entry", each.key)
        feed.announce(audiences(standing, readers[key]), "standing", key)


def _names_others(row: Row, before: Row | None) -> bool:
    if before is None or not before["restricted"] or row["excluded"] != before["excluded"]:
        return True
    # What was kept by an older Heed says nothing of it.
    return bool(row["document"]["opened"] != before["document"].get("opened", []))


def _is_read_by_others(row: Row, before: Row | None) -> bool:
    must_read = [[each["id"] for each in kept["document"]["readers"]] for kept in (row, before) if kept]
    return len(must_read) == 2 and must_read[0] != must_read[1]


def _restrict(
    feed: Feed,
    standing: Standing,
    thread: Sequence[Fact],
    before: Row | None,
    facts: ProviderFacts,
    at: datetime,
) -> set[UUID]:
    """Close a thread to everybody but its leads and who wrote in it. Answers its leads."""
    key, root, entries = standing.thread_key, standing.root, [each.key for each in thread]
    leads = facts.leads_for(root.service, standing.excluded, root.author, at)
    conflicted = facts.conflicted(standing.excluded, at)
    let_in = (each.worker for each in standing.opened if each.worker not in conflicted)
    leads = list(dict.fromkeys([*leads, *let_in]))
    was_open = before is not None and not before["restricted"]
    if was_open and standing.form in CLASS_OF:
        feed.withdraw(of_class(root.service, standing.form), key, entries)
    # Who was told of it as one open to many is told from now on as a lead, or no more.
    reader.narrow(feed, key, () if was_open else leads, entries)
    if before is not None:
        reader.tell_no_more(feed, key, but=leads)
    reader.admit(feed, key, leads, at, restricted=True)
    tell_let_in(feed, key, [each.worker for each in standing.opened if each.worker in leads], at)
    # A phone that forgets a thread forgets what its own worker wrote in it, too: give that back.
    for each in thread:
        feed.announce(entry_audiences(standing, each, leads), "entry", each.key)
    return set(leads)


def drop(feed: Feed, thread_key: str, entries: Collection[str]) -> None:
    """Take back a thread that turned out to be a part of another, and let everybody who had it forget it."""
    row = db.session.scalar(select(StandingRow).where(StandingRow.thread_key == thread_key))
    if row is None:
        return
    reader.narrow(feed, thread_key, (), entries)
    reader.tell_no_more(feed, thread_key, but=())
    authors = select(Entry.author_id).where(Entry.key.in_(entries)).distinct()
    classes = [of_class(row.service_id, row.form)] if row.form in CLASS_OF else []
    for audience in (*classes, *map(of_worker, db.session.scalars(authors))):
        feed.withdraw(audience, thread_key, entries)
    for model in (DeadlineRow, Rung, StandingRow):
        db.session.execute(
            delete(model).where(model.thread_key == thread_key).execution_options(synchronize_session=False)
        )
    db.session.expunge(row)


def audiences(standing: Standing, readers: Collection[UUID]) -> set[str]:
    """Who may fetch a thread's standing: the class of the thread unless it is restricted, its writer, its readers."""
    return _by_role(standing, readers) | {of_worker(standing.root.author)}


def entry_audiences(standing: Standing, entry: Fact, readers: Collection[UUID]) -> set[str]:
    """Who may fetch one entry of a thread. A review is not for the writer of what it decides on: it gives reasons.

    What is in quarantine is shown to its writer by their own phone alone: it is no entry.
    """
    told = _by_role(standing, readers)
    if entry.form == "quarantine":
        return told
    if entry.form == standing.root.form:
        told.add(of_worker(standing.root.author))
    return told | {of_worker(entry.author)}


def _by_role(standing: Standing, readers: Collection[UUID]) -> set[str]:
    by_name = {reader.audience_of(worker, restricted=standing.restricted) for worker in readers}
    if standing.restricted:
        return by_name
    # Whoever must read a handover can, even when they hold no role in its service.
    must_read = {of_worker(each.worker) for each in standing.readers}
    return by_name | must_read | {of_class(standing.root.service, standing.form)}


def class_and_readers(entry: Entry, standing: StandingRow | None, readers: Collection[UUID]) -> set[str]:
    """Who may fetch an entry that is kept already: the same as when it came."""
    told = {of_worker(entry.author_id)}
    if standing is None:
        return told
    told |= {reader.audience_of(worker, restricted=standing.restricted) for worker in readers}
    if entry.form == standing.form:
        told.add(of_worker(standing.author_id))
    if standing.restricted:
        return told
    must_read = {of_worker(UUID(each["id"])) for each in standing.document["readers"]}
    return told | must_read | {of_class(standing.service_id, standing.form)}


def kept(keys: Collection[str]) -> dict[str, Row]:
    """The standings that are kept for these threads."""
    if not keys:
        return {}
    found = (
        select(StandingRow).where(StandingRow.thread_key.in_(keys)).execution_options(populate_existing=True)
    )
    return {
        row.thread_key: {name: getattr(row, name) for name in _COMPARED} for row in db.session.scalars(found)
    }


def standing_row(standing: Standing, names: Mapping[UUID, str]) -> Row:
    """A standing as a row."""
    root = standing.root
    return {
        "thread_key": standing.thread_key,
        "form": standing.form,
        "service_id": root.service,
        "person_id": root.person,
        "author_id": root.author,
        "state": str(standing.state),
        "severity": standing.severity,
        "restricted": standing.restricted,
        "recorded_at": root.recorded_at,
        "balance": standing.balance,
        "rules_version": root.rules_version,
        "excluded": sorted(map(str, standing.excluded)),
        "document": _document(standing, names),
    }


_COMPARED = (
    "thread_key", "form", "service_id", "person_id", "author_id", "state", "severity", "restricted", "recorded_at",
    "balance", "rules_version", "excluded", "document",
)  # fmt: skip


def deadline_rows(standing: Standing) -> list[Row]:
    """A standing's deadlines as rows."""
    return [
        {
            "thread_key": standing.thread_key,
            "rule": deadline.rule,
            "version": deadline.version,
            "ladder": deadline.ladder,
            "start_at": deadline.start,
            "due_at": deadline.due,
            "stop_at": deadline.stop,
            "working": deadline.working,
            "calendar_version": deadline.calendar_version,
        }
        for deadline in standing.deadlines
    ]


def rung_rows(standing: Standing) -> list[Row]:
    """The steps of a standing's ladders as rows; those of a deadline that was kept are stopped."""
    return [
        {
            "thread_key": standing.thread_key,
            "rule": deadline.rule,
            "rung": rung.rung,
            "version": deadline.version,
            "at": rung.at,
            "recipients": list(rung.recipients),
            # Telling people of what somebody already has would teach them not to listen.
            "stopped": deadline.stop is not None,
        }
        for deadline in standing.deadlines
        for rung in deadline.rungs
    ]


def _differs(row: Row, before: Row | None) -> bool:
    return before is None or any(row[name] != before[name] for name in _COMPARED)


def keep_deadlines(provider: UUID, standings: Sequence[Standing], had_some: Collection[str]) -> None:
    """Write down the deadlines of these standings and their rungs, in place of those that some had."""
    deadlines = [
        {"provider_id": provider, **row} for standing in standings for row in deadline_rows(standing)
    ]
    rungs = [{"provider_id": provider, **row} for standing in standings for row in rung_rows(standing)]
    again = [standing.thread_key for standing in standings if standing.thread_key in had_some]
    if again:
        _drop_others(DeadlineRow, again, deadlines, ("thread_key", "rule"))
        _drop_others(Rung, again, rungs, ("thread_key", "rule", "rung"))
    upsert_rows(DeadlineRow, deadlines, ["thread_key", "rule"])
    upsert_rows(Rung, rungs, ["thread_key", "rule", "rung"])


def _drop_others(
    model: type[DeadlineRow] | type[Rung], keys: list[str], rows: list[Row], key: tuple[str, ...]
) -> None:
    here = [tuple(row[part] for part in key) for row in rows if row["thread_key"] in keys]
    doomed = delete(model).where(model.thread_key.in_(keys))
    if here:
        doomed = doomed.where(tuple_(*(getattr(model, part) for part in key)).not_in(here))
    db.session.execute(doomed.execution_options(synchronize_session=False))


def _keep_effects(feed: Feed, derived: Derived) -> None:
    wanted, standings = derived.effects, derived.standings.values()
    # What came just now was written down with its first effect, and need not be asked for it.
    came = {
        each.key: first_effect(each.form) for key in derived.began for each in derived.threads.get(key, ())
    }
    kept_now = came | _kept_effects(wanted.keys() - came.keys())
    changing = [key for key, effect in wanted.items() if key in kept_now and kept_now[key] != effect]
    if not changing:
        return
    by_key = {f.key: (standing, f) for standing in standings for f in derived.threads[standing.thread_key]}
    readers = reader.readers_of({by_key[key][0].thread_key for key in changing})
    for key in changing:
        db.session.execute(
            update(Entry)
            .where(Entry.key == key)
            .values(effect=wanted[key].effect, effect_reason=wanted[key].reason)
            .execution_options(synchronize_session=False)
        )
        standing, changed = by_key[key]
        feed.announce(entry_audiences(standing, changed, readers[standing.thread_key]), "entry", key)


def _kept_effects(keys: Collection[str]) -> dict[str, Effect]:
    if not keys:
        return {}
    rows = select(Entry.key, Entry.effect, Entry.effect_reason).where(Entry.key.in_(keys))
    return {key: Effect(effect, reason) for key, effect, reason in db.session.execute(rows)}


def _document(standing: Standing, names: Mapping[UUID, str]) -> Row:
    root, seen, decided = standing.root, standing.seen, standing.decided
    return {
        "kind": "standing",
        "thread": standing.thread_key,
        "form": standing.form,
        "service": str(root.service),
        "person": str(root.person) if root.person else None,
        "state": str(standing.state),
        "severity": standing.severity,
        "why": _whys(standing.why),
        "restricted": standing.restricted,
        "alone": standing.alone,
        "opened": [
            {
                "id": str(each.worker),
                "name": names[each.worker],
                "at": _iso(each.at),
                "by": {"id": str(each.by), "name": names[each.by]},
            }
            for each in standing.opened
        ],
        "deadlines": list(map(_deadline, standing.deadlines)),
        "due": _iso(standing.due),
        "seen_by": {"id": str(seen.worker), "name": names[seen.worker], "at": _iso(seen.at)}
        if seen
        else None,
        "decided": {
            "id": str(decided.worker),
            "name": names[decided.worker],
            "at": _iso(decided.at),
            "decision": decided.decision,
            "words": decided.words,
        }
        if decided
        else None,
        "flags": _whys(standing.flags),
        "balance": standing.balance,
        "readers": [
            {"id": str(each.worker), "name": names.get(each.worker, ""), "read_at": _iso(each.read_at)}
            for each in standing.readers
        ],
        "times": {
            "observed_at": _iso(root.observed_at),
            "recorded_at": _iso(root.recorded_at),
            "received_at": _iso(root.received_at),
            "seen_at": _iso(seen.at) if seen else None,
        },
    }


def _deadline(deadline: Deadline) -> Row:
    return {
        "rule": deadline.rule,
        "start": _iso(deadline.start),
        "due": _iso(deadline.due),
        "stop": _iso(deadline.stop),
        "working": deadline.working,
    }


def _whys(whys: Iterable[Why]) -> list[Row]:
    return [{"rule": why.rule, "words": why.words} for why in whys]


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def words_for(reason: str | None) -> str:
    """What the writer of an entry without effect is told."""
    return WHY_NONE[reason] if reason else ""
