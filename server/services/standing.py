"""Standings: asking the rules about every thread that a change may touch, and keeping what they say.

What one thread's standing is may depend on others about the same person: the third low concern in 28 days, the
balance of a purse. So a change widens to the threads whose answer could differ, however late it arrived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from server.domain import concern, handover, quarantine, transaction, visit_note
from server.domain.entry import Fact
from server.domain.rules import Rules
from server.domain.standing import NONE, Effect, Standing, root_of
from server.extensions import db, queue
from server.models import Standing as StandingRow
from server.services import fact, standing_rows
from server.services.derived import Derived
from server.services.feed import Feed
from server.services.scope import ProviderFacts


def derive(
    keys: Iterable[str], rules: Rules, facts: ProviderFacts, began: fact.Threads | None = None
) -> Derived:
    """What the rules say now of these threads and of all that depend on them. Changes nothing.

    `began` are the threads that begin just now, which need not be read.
    """
    began = began or {}
    read = fact.threads(set(keys) - began.keys()) | began
    threads = {key: thread for key, thread in read.items() if root_of(thread)}
    derived = Derived(threads=dict(threads), began=frozenset(began))
    scope = facts.scope()
    by_form: dict[str, list[str]] = defaultdict(list)
    for key, thread in threads.items():
        by_form[_root(thread).form].append(key)
    for key in by_form.pop("visit-note", []):
        derived.standings[key] = visit_note.stand(threads[key], rules, scope)
    for key in by_form.pop("handover", []):
        derived.standings[key] = handover.stand(threads[key], rules, scope)
    for key in by_form.pop("quarantine", []):
        derived.standings[key] = quarantine.stand(threads[key], rules, scope)
    for standing in _concerns([threads[key] for key in by_form.pop("concern", [])], rules, facts, derived):
        derived.standings[standing.thread_key] = standing
    for standing in _transactions(
        [threads[key] for key in by_form.pop("transaction-receipt", [])], rules, facts, derived
    ):
        derived.standings[standing.thread_key] = standing
    for key, standing in derived.standings.items():
        # Nearly every thread is one entry so far, and the rules said all there is to say of it.
        if len(derived.threads[key]) > 1:
            derived.standings[key] = replace(standing, effects=_all_effects(standing, derived.threads[key]))
    return derived


def _all_effects(standing: Standing, thread: list[Fact]) -> dict[str, Effect]:
    """The effect of every entry after the root: one that its rules say nothing of does not belong there."""
    others = {each.key: Effect(NONE, "wrong_form") for each in thread if each is not standing.root}
    return {**others, **standing.effects}


def settle(
    feed: Feed,
    keys: Iterable[str],
    rules: Rules,
    facts: ProviderFacts,
    at: datetime,
    began: fact.Threads | None = None,
) -> Derived:
    """Work these threads out again, keep what differs and announce it to whoever may read it.

    What runs in minutes wakes the jobs in the same commit, so that the first rung need not wait for their clock.
    """
    derived = derive(keys, rules, facts, began)
    standing_rows.keep(feed, derived, facts, at)
    if any(_is_urgent(standing, at) for standing in derived.standings.values()):
        queue.defer("decide", provider=str(feed.provider))
    return derived


def _is_urgent(standing: Standing, at: datetime) -> bool:
    return any(
        rung.at <= at for deadline in standing.deadlines if deadline.stop is None for rung in deadline.rungs
    )


def _concerns(
    threads: list[list[Fact]], rules: Rules, facts: ProviderFacts, derived: Derived
) -> Iterator[Standing]:
    """The standings of these concerns and of later ones about the same people, whose count they change."""
    scope = facts.scope()
    earliest: dict[UUID, datetime] = {}
    for thread in threads:
        root = _root(thread)
        if root.person is None:
            yield concern.stand(concern.sort_out(thread, rules, scope), rules, scope)
        else:
            earliest[root.person] = min(root.recorded_at, earliest.get(root.person, root.recorded_at))
    if not earliest:
        return
    touched = {_root(thread).thread_key for thread in threads}
    nearby = fact.person_threads("concern", earliest, min(earliest.values()) - concern.REPEATED_WITHIN)
    by_person: dict[UUID, list[list[Fact]]] = defaultdict(list)
    for thread in nearby.values():
        person = _root(thread).person
        if person in earliest:
            by_person[person].append(thread)
    for person, around in by_person.items():
        ordered = sorted(around, key=lambda thread: _root(thread).order)
        first = [concern.sort_out(thread, rules, scope) for thread in ordered]
        for thread, alone_ in zip(ordered, first, strict=True):
            root = alone_.root
            if root.recorded_at < earliest[person] and root.thread_key not in touched:
                continue
            since = root.recorded_at - concern.REPEATED_WITHIN
            # A restricted concern is not counted: whoever sees the count could tell that it exists.
            low = sum(
                other.judgement.severity == "low"
                and not other.restricted
                and since <= other.root.recorded_at
                and other.root.order <= root.order
                for other in first
            )
            derived.threads[root.thread_key] = thread
            counted = concern.sort_out(thread, rules, scope, low) if low else alone_
            yield concern.stand(counted, rules, scope)


def _transactions(
    threads: list[list[Fact]], rules: Rules, facts: ProviderFacts, derived: Derived
) -> Iterator[Standing]:
    """The standings of these transactions and of every later one of the same person, whose balance they change."""
    scope = facts.scope()
    # A purse is kept where it is spent: whoever may write elsewhere learns nothing of it from there.
    earliest: dict[tuple[UUID, UUID], datetime] = {}
    for root in map(_root, threads):
        if root.person is None:
            thread = derived.threads[root.thread_key]
            line = transaction.Ledger().line_of(thread, scope)
            yield transaction.stand(thread, line, rules, scope)
        else:
            purse = (root.person, root.service)
            earliest[purse] = min(root.recorded_at, earliest.get(purse, root.recorded_at))
    for (person, service), since in earliest.items():
        begin = since - transaction.HISTORY
        around = [
            thread
            for thread in fact.person_threads("transaction-receipt", [person], begin).values()
            if (_root(thread).person, _root(thread).service) == (person, service)
            and _root(thread).recorded_at >= begin
        ]
        ledger = transaction.Ledger(_balance_before(person, service, begin), scope.money_limit(person))
        for thread in sorted(around, key=lambda thread: _root(thread).order):
            line = ledger.line_of(thread, scope)
            root = _root(thread)
            if root.recorded_at >= since:
                derived.threads[root.thread_key] = thread
                yield transaction.stand(thread, line, rules, scope)


def _balance_before(person: UUID, service: UUID, moment: datetime) -> int | None:
    return db.session.scalar(
        select(StandingRow.balance)
        .where(StandingRow.form == "transaction-receipt", StandingRow.person_id == person)
        .where(StandingRow.service_id == service, StandingRow.recorded_at < moment)
        .where(StandingRow.balance.is_not(None))
        .order_by(StandingRow.recorded_at.desc(), StandingRow.thread_key.desc())
        .limit(1)
    )


def _root(thread: list[Fact]) -> Fact:
    root = root_of(thread)
    if root is None:
        raise LookupError("this thread has not begun")
    return root
