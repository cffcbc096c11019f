"""Raising rungs: in one commit, note that a rung has fired, write the notices and let their readers fetch them.

The key of an escalation makes each rung fire exactly once, with any number of processes, killed at any moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert

from server.domain.access import MAY_BE_LEAD, Permission, may, roles_for
from server.domain.audience import CLASS_OF, MAY_READ
from server.domain.ladder import recipients
from server.domain.role import Role
from server.domain.rules import Rules
from server.extensions import db
from server.models import Escalation, Rung, Standing
from server.services import reader
from server.services.feed import Feed
from server.services.scope import ProviderFacts
from server.services.telling import tell

_DUE = text("""
    SELECT rung.provider_id, rung.thread_key, rung.rule, rung.version, rung.rung, rung.at, rung.recipients
    FROM rung
    WHERE NOT rung.stopped AND rung.at <= :now
    AND (CAST(:at AS timestamptz) IS NULL OR (rung.at, rung.provider_id, rung.thread_key, rung.rule, rung.rung)
         > (:at, :provider, :thread_key, :rule, :rung))
    AND NOT EXISTS (
        SELECT 1 FROM escalation
        WHERE escalation.provider_id = rung.provider_id AND escalation.thread_key = rung.thread_key
        AND escalation.rule = rung.rule AND escalation.version = rung.version AND escalation.rung = rung.rung)
    ORDER BY rung.at, rung.provider_id, rung.thread_key, rung.rule, rung.rung
    LIMIT :most
""")

#: What a notice says in the app. It names nobody, since somebody may look over the reader's shoulder.
WORDS = {
    ("acknowledge", "red"): "A red concern needs you now.",
    ("acknowledge", "amber"): "Something amber needs you soon.",
    ("review", "0"): "A decision is due soon.",
    ("review", "late"): "A decision is overdue.",
    ("read", "late"): "A handover that must be read has not been read by everybody.",
}


@dataclass(frozen=True, slots=True)
class DueRung:
    """A rung whose moment has come and that nobody has raised."""

    provider: UUID
    thread_key: str
    rule: str
    version: int
    rung: int
    at: datetime
    to: tuple[str, ...]


def due_rungs(now: datetime, most: int, after: DueRung | None = None) -> list[DueRung]:
    """What is due and not raised, over all providers, the longest due first. For the jobs' own database role.

    `after` is the last one that was looked at: one that cannot be raised must not stand in front of the others.
    """
    last = {"at": None, "provider": None, "thread_key": None, "rule": None, "rung": None}
    if after is not None:
        last = {name: getattr(after, name) for name in last}
    rows = db.session.execute(_DUE, {"now": now, "most": most, **last})
    return [DueRung(row[0], row[1], row[2], row[3], row[4], row[5], tuple(row[6])) for row in rows]


def raise_rungs(provider: UUID, rungs: Sequence[DueRung], rules: Rules, now: datetime) -> int:
    """Raise these rungs of one provider. Answers how many nobody had raised before."""
    feed, facts = Feed(provider), ProviderFacts()
    keys = {rung.thread_key for rung in rungs}
    standings, due = _standings(keys), _still_due(keys, now)
    raised = 0
    for rung in sorted(rungs, key=lambda each: (each.at, each.rung)):
        standing = standings.get(rung.thread_key)
        # While we waited for the lock somebody took it, or the rules moved it: there is nothing left to tell.
        if standing is None or (rung.thread_key, rung.rule, rung.version, rung.rung) not in due:
            continue
        told = _recipients(feed, rung, standing, rules, facts, now)
        if not _note(rung, told, now):
            continue
        raised += 1
        for worker in told:
            _tell(feed, rung, standing, worker, facts, now)
    feed.close()
    return raised


def _standings(keys: set[str]) -> Mapping[str, Standing]:
    found = db.session.scalars(select(Standing).where(Standing.thread_key.in_(keys)))
    return {standing.thread_key: standing for standing in found}


def _still_due(keys: set[str], now: datetime) -> set[tuple[str, str, int, int]]:
    """The rungs of these threads that are due, as they are now that nobody else can change them."""
    due = select(Rung.thread_key, Rung.rule, Rung.version, Rung.rung).where(
        Rung.thread_key.in_(keys), Rung.stopped.is_(False), Rung.at <= now
    )
    return {(key, rule, version, rung) for key, rule, version, rung in db.session.execute(due)}


def _note(rung: DueRung, told: Sequence[UUID], now: datetime) -> bool:
    first = db.session.execute(
        insert(Escalation)
        .values(
            provider_id=rung.provider,
            thread_key=rung.thread_key,
            rule=rung.rule,
            version=rung.version,
            rung=rung.rung,
            due_at=rung.at,
            raised_at=now,
            recipients=[str(worker) for worker in told],
        )
        .on_conflict_do_nothing()
        .returning(Escalation.rung)
    ).first()
    return first is not None


def _recipients(
    feed: Feed, rung: DueRung, standing: Standing, rules: Rules, facts: ProviderFacts, now: datetime
) -> tuple[UUID, ...]:
    service, author = standing.service_id, standing.author_id

    def who(word: str) -> list[UUID]:
        if word.startswith("on_call_"):
            rank = int(word[-1])
            slots = (slot for slot in facts.on_call_slots if slot.service_id == service and slot.rank == rank)
            found = [slot.worker_id for slot in slots if slot.from_at <= now < slot.until_at]
            found = [worker for worker in found if facts.workers[worker].left_at is None]
        elif word == "reviewer":
            found = facts.holders({Role(r) for r in roles_for(Permission.REVIEW_CONCERN)}, service, now)
        else:
            found = facts.holders({Role(word)}, service, now)
        # Whoever wrote it knows; telling them would tell nobody.
        return [worker for worker in found if worker != author]

    excluded = facts.conflicted([UUID(worker) for worker in standing.excluded], now)
    allowed = _readers(feed, standing, excluded, facts, now) if standing.restricted else None
    above = rules.ladders.above(_ladder(rung, standing), rung.rung)
    return recipients(rung.to, above, who, allowed=allowed, excluded=excluded)


def _readers(
    feed: Feed, standing: Standing, excluded: frozenset[UUID], facts: ProviderFacts, now: datetime
) -> list[UUID]:
    """Who may read a restricted thread and still may be a lead. When nobody is left it is opened to others."""
    admitted = reader.readers_of([standing.thread_key])[standing.thread_key]
    may_be_lead = facts.holders(MAY_BE_LEAD, None, now)
    here = sorted((admitted & set(may_be_lead)) - excluded, key=str)
    if any(worker != standing.author_id for worker in here):
        return here
    leads = facts.leads_for(standing.service_id, excluded, standing.author_id, now)
    reader.admit(feed, standing.thread_key, leads, now, restricted=True)
    return leads


def _ladder(rung: DueRung, standing: Standing) -> str:
    return rung.rule if rung.rule != "acknowledge" else standing.severity or "amber"


def _tell(
    feed: Feed, rung: DueRung, standing: Standing, worker: UUID, facts: ProviderFacts, now: datetime
) -> None:
    _let_read(feed, standing, worker, facts, now)
    tell(
        feed,
        worker,
        about=rung.thread_key,
        rule=rung.rule,
        version=rung.version,
        rung=rung.rung,
        severity=standing.severity if rung.rule == "acknowledge" else None,
        words=_words(rung, standing),
        now=now,
    )


def _let_read(feed: Feed, standing: Standing, worker: UUID, facts: ProviderFacts, now: datetime) -> None:
    """Whoever is told of a thread may read it, even when their roles alone would not let them."""
    kind = CLASS_OF.get(standing.form)
    roles = facts.roles_at(worker, standing.service_id, now)
    if standing.restricted or (kind and may(MAY_READ[kind], roles)):
        return
    reader.admit(feed, standing.thread_key, [worker], now, restricted=False)


def _words(rung: DueRung, standing: Standing) -> str:
    if rung.rule == "acknowledge":
        return WORDS[rung.rule, standing.severity or "amber"]
    return WORDS.get((rung.rule, str(rung.rung))) or WORDS[rung.rule, "late"]
