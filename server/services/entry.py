"""Entries: receiving what phones send, keeping each exactly once, and letting the rules work out what follows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from server.domain.audience import of_worker
from server.domain.entry import Fact
from server.domain.rules import Rules
from server.domain.standing import first_effect
from server.extensions import db
from server.models import Entry
from server.services import arrival, fact, quarantine, standing, standing_rows
from server.services.arrival import Arrival
from server.services.bulk import insert_rows
from server.services.derived import Derived
from server.services.fault import note_fault
from server.services.feed import Feed
from server.services.intake import WHY_HELD, Held, Intake, Opened
from server.services.scope import ProviderFacts
from server.services.shown import shown


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item: accepted, repeated or quarantined; its effect; and words for its writer."""

    id: str
    key_id: str
    outcome: str
    effect: str
    reason: str | None
    words: str


#: What is held for these reasons was signed rightly, by somebody who might once send.
SHUT_OUT = {"revoked", "left"}


@dataclass
class Receiving:
    """One commit's worth of receiving for one provider, with the head locked from the first entry kept."""

    intake: Intake
    rules: Rules
    at: datetime

    def receive(self, items: Sequence[Mapping[str, Any]], skew: timedelta) -> list[Outcome]:
        """Receive a batch: one outcome for each item, in order.

        Concerns are kept before anything else. An item that cannot be kept, whatever the cause, is quarantined
        alone and its neighbours are kept.
        """
        return self.keep(self.intake.open(items, self.at, skew))

    def keep(self, opened: Sequence[Opened | Held]) -> list[Outcome]:
        """Keep what was opened, and hold what could not be."""
        # Screening takes its time, so it is done before the head is locked.
        danger = {
            place: quarantine.says_danger(one.raw, self.rules)
            for place, one in enumerate(opened)
            if isinstance(one, Held)
        }
        feed = Feed(self.intake.provider)
        facts = ProviderFacts()
        outcomes: dict[int, Outcome] = {}
        good = [(place, one) for place, one in enumerate(opened) if isinstance(one, Opened)]
        good.sort(key=lambda pair: pair[1].body.form != "concern")
        for place, outcome in self._keep_together(feed, good, facts):
            outcomes[place] = outcome
        for place, one in enumerate(opened):
            if isinstance(one, Held):
                outcomes[place] = self._hold(feed, one, danger[place], facts)
        feed.close()
        return [outcomes[place] for place in range(len(opened))]

    def _keep_together(
        self, feed: Feed, good: list[tuple[int, Opened]], facts: ProviderFacts
    ) -> Iterator[tuple[int, Outcome]]:
        mark = feed.mark()
        try:
            with db.session.begin_nested():
                kept = list(self._keep_all(feed, good, facts))
        except OperationalError:
            # The database is in trouble and not the entry: the phone holds it and sends it again.
            raise
        except Exception as fault:
            feed.back_to(mark)
            note_fault(f"Keeping {len(good)} entries", fault)
            if len(good) > 1:
                # One of them is poison. Each alone, so that it cannot undo its neighbours.
                for one in good:
                    yield from self._keep_together(feed, [one], facts)
                return
            place, poison = good[0]
            yield place, self._hold_opened(feed, poison, "not_kept", facts)
            return
        yield from kept

    def _keep_all(
        self, feed: Feed, good: list[tuple[int, Opened]], facts: ProviderFacts
    ) -> Iterator[tuple[int, Outcome]]:
        here = arrival.look(feed.provider, (one for _, one in good))
        new: dict[str, Opened] = {}
        kept: list[tuple[int, str, Opened, str]] = []
        for place, one in good:
            key = one.key
            content = here.content(key) or (new[key].content_hash if key in new else None)
            if content is None:
                new[key] = one
                kept.append((place, key, one, "accepted"))
            elif content == one.content_hash:
                kept.append((place, key, one, "repeated"))
            else:
                yield place, self._hold_opened(feed, one, "same_id_other_content", facts)
        threads = self._insert(feed, new, here)
        began = self._began(new, threads, here)
        derived = standing.settle(feed, set(threads.values()), self.rules, facts, self.at, began)
        self._announce(feed, new, threads, derived)
        effects = (
            here.effects | {key: first_effect(one.body.form) for key, one in new.items()} | derived.effects
        )
        for place, key, one, outcome in kept:
            effect = effects[key]
            words = standing_rows.words_for(effect.reason)
            names = (str(one.body.id), str(one.signing_key))
            yield place, Outcome(*names, outcome, effect.effect, effect.reason, words)

    def _insert(self, feed: Feed, new: Mapping[str, Opened], here: Arrival) -> dict[str, str]:
        """Number, chain and insert new entries. Answers the thread of each, and of those that move along."""
        if not new:
            return {}
        threads = here.threads_of(new)
        rows = []
        for key, one in new.items():
            rows.append(self._row(feed, key, threads[key], one))
            feed.chain_hash = hashlib.sha256(feed.chain_hash + one.content_hash).digest()
        insert_rows(Entry, rows)
        return threads | _moved_along(feed, here.moving(new, threads))

    def _began(self, new: Mapping[str, Opened], threads: Mapping[str, str], here: Arrival) -> fact.Threads:
        """The threads that begin with this batch and hold nothing else. They need not be read back to be known."""
        joined = here.begun | {thread for key, thread in threads.items() if key not in new}
        began: fact.Threads = {thread: [] for thread in threads.values() if thread in new.keys() - joined}
        for key, one in new.items():
            if threads[key] in began:
                began[threads[key]].append(self._fact(key, threads[key], one))
        return began

    def _fact(self, key: str, thread_key: str, one: Opened) -> Fact:
        body = one.body
        return Fact(
            key=key,
            thread_key=thread_key,
            form=body.form,
            version=body.version,
            service=body.service,
            person=body.person,
            author=one.author,
            about=body.about,
            replaces=body.replaces,
            observed_at=one.observed_at,
            recorded_at=one.recorded_at,
            received_at=one.received_at,
            answers=body.answers,
            rules_version=self.rules.version,
            calendar_version=self.rules.calendar_version,
        )

    def _row(self, feed: Feed, key: str, thread_key: str, one: Opened) -> dict[str, Any]:
        body, first = one.body, first_effect(one.body.form)
        return {
            "provider_id": feed.provider,
            "device_id": one.device,
            "id": body.id,
            "seq": feed.next_seq(),
            "key": key,
            "thread_key": thread_key,
            "form": body.form,
            "version": body.version,
            "service_id": body.service,
            "person_id": body.person,
            "author_id": one.author,
            "signing_key_id": one.signing_key,
            "about": body.about,
            "replaces": body.replaces,
            "observed_at": one.observed_at,
            "recorded_at": one.recorded_at,
            "received_at": one.received_at,
            "clock_skew_ms": one.skew_ms,
            "device_seq": body.device_seq,
            "rules_version": self.rules.version,
            "calendar_version": self.rules.calendar_version,
            "answers": body.answers,
            "photos": [{"hash": photo.hash, "size": photo.size} for photo in body.photos],
            "lang": body.lang,
            "body": one.raw,
            "signature": one.signature,
            "ciphertext_hash": one.ciphertext_hash,
            "content_hash": one.content_hash,
            "previous_hash": feed.chain_hash,
            "effect": first.effect,
            "effect_reason": first.reason,
            "shown": shown(key, one),
        }

    def _announce(
        self, feed: Feed, new: Mapping[str, Opened], threads: Mapping[str, str], derived: Derived
    ) -> None:
        readers = derived.readers(threads.values())
        here = {each.key: each for thread in derived.threads.values() for each in thread}
        for key, thread_key in threads.items():
            stands = derived.standings.get(thread_key)
            if stands is not None and key in here:
                audiences = standing_rows.entry_audiences(stands, here[key], readers[thread_key])
                feed.announce(audiences, "entry", key)
            elif key in new:
                # Its writer fetches it whether or not what it is about is here: otherwise they could tell which.
                feed.announce([of_worker(new[key].author)], "entry", key)

    def _hold_opened(self, feed: Feed, one: Opened, reason: str, facts: ProviderFacts) -> Outcome:
        return self._hold(feed, _as_held(one, reason), quarantine.says_danger(one.raw, self.rules), facts)

    def _hold(self, feed: Feed, held: Held, danger: bool, facts: ProviderFacts) -> Outcome:
        if held.reason in SHUT_OUT and (outcome := _kept_before(held)):
            return outcome
        # Held again is held as before: a repeat gets the same answer as the first time.
        quarantine.hold(feed, held, danger, self.rules, facts, self.at)
        words = WHY_HELD[held.reason]
        item = held.item
        return Outcome(str(item["id"]), str(item["key_id"]), "quarantined", "none", held.reason, words)


def _kept_before(held: Held) -> Outcome | None:
    """The outcome of what was kept while its writer might still send, and comes again now that they may not."""
    if held.raw is None or held.device is None:
        return None
    same = (Entry.device_id == held.device, Entry.content_hash == hashlib.sha256(held.raw).digest())
    entry = db.session.scalar(select(Entry).where(*same))
    if entry is None:
        return None
    names = (str(held.item["id"]), str(held.item["key_id"]))
    words = standing_rows.words_for(entry.effect_reason)
    return Outcome(*names, "repeated", entry.effect, entry.effect_reason, words)


def _as_held(one: Opened, reason: str) -> Held:
    item = {"id": str(one.body.id), "key_id": str(one.signing_key)}
    return Held(item, reason, one.ciphertext_hash, one.received_at, one.author, one.device, one.raw)


def _moved_along(feed: Feed, threads: Mapping[str, str]) -> dict[str, str]:
    """Move what stands in these threads to those that they belong to. Answers the new thread of each that moved."""
    moved: dict[str, str] = {}
    for key, thread_key in threads.items():
        early = (
            update(Entry)
            .where(Entry.thread_key == key)
            .values(thread_key=thread_key)
            .returning(Entry.key)
            .execution_options(synchronize_session=False)
        )
        if keys := list(db.session.scalars(early)):
            standing_rows.drop(feed, key, keys)
            moved |= dict.fromkeys(keys, thread_key)
    return moved
