"""The demo's money: every time that it changed hands, what was counted, and what came of the check."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from server.demo import reviews, slip, source
from server.demo.cast import cast
from server.demo.clock import Clock, span
from server.demo.planned import Planned, person_id, said
from server.demo.seed import Seed
from server.domain.rules import Rules
from server.domain.transaction import CASH, CHECK_WITHIN, DIRECTION

ASKED_OF_EACH = (
    "amount",
    "what_for",
    "where",
    "paid_by",
    "consent",
    "seen_by",
    "checked_by_name",
    "count_why",
)


@dataclass
class Tin:
    """What should be in somebody's purse or tin, and by how much less was counted since it went wrong."""

    pence: int
    short: int = 0


def planned(clock: Clock, seed: Seed, rules: Rules) -> Iterator[Planned]:
    """Every receipt in order of time, and its checks."""
    tins: dict[str, Tin] = defaultdict(lambda: Tin(0))
    for person in cast().people.values():
        tins[person.key].pence = person.purse or 0
    told = source.read("receipts")["receipt"]
    for each in sorted(told, key=lambda each: clock.of(each)):
        receipt = _receipt(each, tins[each["person"]], clock, seed)
        division = cast().services[receipt.service].division
        due = rules.check_deadline(receipt.recorded, CHECK_WITHIN, None, division).due
        yield receipt
        yield from reviews.checks(receipt, each.get("check", ()), due, clock, seed)


def _receipt(told: Mapping[str, Any], tin: Tin, clock: Clock, seed: Seed) -> Planned:
    name = f"receipt/{told['key']}"
    person, writer = cast().people[told["person"]], cast().workers[told["by"]]
    recorded = clock.of(told)
    chance = seed.chance(name)
    observed = recorded - timedelta(minutes=chance.randint(3, 25))
    photo = slip.photographed(told["slip"], observed, chance) if "slip" in told else None
    answers = {
        "person": person_id(seed, person.key),
        "kind": told["kind"],
        "when": said(observed + timedelta(seconds=writer.skew_seconds)),
        "offer": told.get("offer", "no"),
        "worry": told.get("worry", "no"),
        **{part: told[part] for part in ASKED_OF_EACH if part in told},
    }
    if "offer_words" in told:
        answers["offer_words"] = told["offer_words"]
    if told["kind"] != "count_only":
        answers |= _paper(told, photo)
    answers |= _counted(told, tin)
    received = recorded + (span(told["received"]) if "received" in told else timedelta(seconds=9))
    return Planned(
        name=name,
        by=writer.key,
        form="transaction-receipt",
        service=person.service,
        person=person.key,
        observed=observed,
        recorded=recorded,
        received=received,
        answers=answers,
        photos=(photo,) if photo else (),
        photos_here=not told.get("photo_on_its_way", False),
    )


def _paper(told: Mapping[str, Any], photo: bytes | None) -> dict[str, Any]:
    if photo:
        return {"receipt": "photo", "receipt_photo": [hashlib.sha256(photo).hexdigest()]}
    if told["kind"] == "money_in":
        return {"receipt": "other", "receipt_why": "bank slip in the folder"}
    return {"receipt": told["receipt"]}


def _counted(told: Mapping[str, Any], tin: Tin) -> dict[str, Any]:
    """What was counted before and after. Only cash is counted."""
    if told["kind"] == "count_only":
        return {"end_count": tin.pence - tin.short}
    if told["paid_by"] not in CASH:
        return {}
    before = tin.pence - tin.short
    tin.pence += told["amount"] * DIRECTION[told["kind"]]
    tin.short += told.get("counted_short", 0)
    return {"start_count": before, "start_counted": True, "end_count": tin.pence - tin.short}
