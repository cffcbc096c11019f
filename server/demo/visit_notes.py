"""The demo's visit notes: those that matter are written out, the rest are dealt from what the carers say.

A call is a visit at the same time each day. On days without a written note, whoever's turn it is takes the
next line of their own pile for that call, now and then with something they noticed by the way.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from server.demo import reviews, source
from server.demo.cast import Person, Worker, cast
from server.demo.clock import DAYS, Clock, span
from server.demo.planned import Planned, person_id
from server.demo.seed import Seed
from server.domain.rules import Rules

#: Of a hundred visits, so many leave no note, and so many notes have an aside.
NO_NOTE, ASIDE = 7, 35
#: How long a note may wait for signal, in minutes.
WAIT = (25, 300)


@dataclass
class Piles:
    """Lines to say, each pile gone through before any line of it comes again."""

    chance: random.Random
    _left: dict[str, list[str]] = field(default_factory=dict)

    def next(self, name: str, lines: Sequence[str]) -> str:
        """The next line of a pile."""
        if not self._left.get(name):
            self._left[name] = self.chance.sample(lines, len(lines))
        return self._left[name].pop()


def planned(clock: Clock, seed: Seed, rules: Rules) -> Iterator[Planned]:
    """Every visit note and what came of it."""
    for key in source.names_in("notes"):
        person = cast().people[key]
        told = source.read(f"notes/{key}")
        written = told.get("written", ())
        yield from _routine(told, _taken(written, told["call"]), person, clock, seed)
        for number, each in enumerate(written):
            yield from _written(f"note/{key}/{number}", each, person, clock, seed, rules)


def _written(
    name: str, told: Mapping[str, Any], person: Person, clock: Clock, seed: Seed, rules: Rules
) -> Iterator[Planned]:
    at = clock.of(told)
    note = _note(name, person, told["by"], at, clock.filled(told["note"]), seed)
    answers = {**note.answers, **{part: told[part] for part in ("as_usual", "worried") if part in told}}
    answers |= {part: told[part] for part in ("different", "next_step", "told") if part in told}
    received = at + span(told["received"]) if "received" in told else note.received
    note = replace(note, answers=answers, received=received, lang=told.get("lang", "en"))
    yield note
    if "correction" in told:
        later = clock.after(at, told["correction"]["when"])
        yield replace(
            note,
            name=f"{name}/correction",
            recorded=later,
            received=later + timedelta(seconds=8),
            answers={**answers, "note": clock.filled(told["correction"]["note"])},
            about=note.name,
            replaces=note.name,
        )
    due = rules.review_deadline(at, None, cast().services[person.service].division).due
    decided = [told["review"]] if "review" in told else []
    yield from reviews.decisions(note, decided + told.get("more", []), due, clock, seed)


def _taken(written: Sequence[Mapping[str, Any]], calls: Sequence[Mapping[str, Any]]) -> set[tuple[int, str]]:
    """The day and call that each written note belongs to: the nearest in time when it does not say."""

    def nearest(at: str) -> str:
        return str(min(calls, key=lambda call: _apart(call["time"], at))["name"])

    return {(each["day"], each.get("call") or nearest(each["at"])) for each in written}


def _routine(
    told: Mapping[str, Any], taken: set[tuple[int, str]], person: Person, clock: Clock, seed: Seed
) -> Iterator[Planned]:
    piles = Piles(seed.chance(f"piles/{person.key}"))
    for call in told["call"]:
        first, last = call.get("days", (DAYS, 0))
        for day in range(first, last - 1, -call.get("every", 1)):
            name = f"visit/{person.key}/{call['name']}/{day}"
            chance = seed.chance(name)
            worker = cast().workers[call["by"][(first - day) % len(call["by"])]]
            if (day, call["name"]) in taken or chance.randrange(100) < NO_NOTE:
                continue
            at = clock.moment(day, call["time"]) + timedelta(seconds=chance.randint(-900, 2400))
            text = _dealt(told, call["name"], worker, piles, chance)
            yield _note(name, person, worker.key, at, text, seed)


def _dealt(told: Mapping[str, Any], call: str, worker: Worker, piles: Piles, chance: random.Random) -> str:
    if chance.randrange(100) < worker.vague:
        return piles.next("vague", source.read("vague")["vague"])
    text = piles.next(f"{call}/{worker.key}", told["routine"][call][worker.key])
    asides = told.get("asides", {})
    own = [*asides.get(worker.key, ()), *asides.get("any", ())]
    if not own or worker.vague or chance.randrange(100) >= ASIDE:
        return text
    aside = piles.next(f"asides/{worker.key}", own)
    return f"{text}, {aside.lower().rstrip('.')}" if worker.plain else f"{text} {aside}"


def _note(name: str, person: Person, by: str, at: datetime, text: str, seed: Seed) -> Planned:
    chance = seed.chance(f"{name}/sent")
    waits = chance.randrange(100) < cast().workers[by].no_signal
    later = timedelta(minutes=chance.randint(*WAIT)) if waits else timedelta(seconds=chance.randint(2, 70))
    return Planned(
        name=name,
        by=by,
        form="visit-note",
        service=person.service,
        person=person.key,
        observed=at,
        recorded=at,
        received=at + later,
        answers={"person": person_id(seed, person.key), "note": text, "as_usual": "yes", "worried": "no"},
    )


def _apart(one: str, other: str) -> int:
    return abs(_minutes(one) - _minutes(other))


def _minutes(at: str) -> int:
    hours, minutes = at.split(":")
    return int(hours) * 60 + int(minutes)
