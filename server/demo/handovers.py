"""The demo's handovers, who read them and what they said they would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from server.demo import reviews, source
from server.demo.clock import LONDON, Clock, span
from server.demo.planned import Planned, person_id, said, worker_id
from server.demo.seed import Seed

#: What a reader may answer with
ANSWERED = ("say_back", "question")
SHIFT_LEVEL = ("staffing", "building", "keys_counted", "money_counted", "visitors", "appointments")


def planned(clock: Clock, seed: Seed) -> Iterator[Planned]:
    """Every handover and each reader's answer to it."""
    for told in source.read("handovers")["handover"]:
        handover, until = _handover(told, clock, seed)
        yield handover
        for each in told.get("read", ()):
            at = until + span(each["after"])
            answers = {
                "how": "self",
                "read_at": said(at),
                **{part: each[part] for part in ANSWERED if part in each},
            }
            yield reviews.answer(handover, f"read/{each['by']}", "acknowledgement", each, at, answers, seed)


def _handover(told: Mapping[str, Any], clock: Clock, seed: Seed) -> tuple[Planned, datetime]:
    name = f"handover/{told['key']}"
    begin, until = _shift(told, clock)
    chance = seed.chance(name)
    recorded = until - timedelta(seconds=chance.randint(120, 600))
    handover = Planned(
        name=name,
        by=told["by"],
        form="handover",
        service=told["service"],
        person=None,
        observed=recorded,
        recorded=recorded,
        received=recorded + timedelta(seconds=chance.randint(2, 30)),
        answers={
            "shift_from": said(begin),
            "shift_until": said(until),
            "for": [worker_id(seed, key) for key in told["for"]],
            "items": [_item(item, until, clock, seed) for item in told["item"]],
            "nobody_else_changed": True,
            **{part: told[part] for part in SHIFT_LEVEL if part in told},
        },
    )
    return handover, until


def _shift(told: Mapping[str, Any], clock: Clock) -> tuple[datetime, datetime]:
    if "ended_ago" in told:
        until = (clock.now - span(told["ended_ago"])).astimezone(LONDON).replace(second=0, microsecond=0)
        return until - timedelta(hours=told["hours"]), until
    start, end = told["shift"]
    until = clock.moment(told["day"], end)
    overnight = start > end
    return clock.moment(told["day"] + overnight, start), until


def _item(told: Mapping[str, Any], until: datetime, clock: Clock, seed: Seed) -> dict[str, Any]:
    item = {
        "person": person_id(seed, told["person"]),
        "level": told["level"],
        "changed": clock.filled(told["changed"]),
        "safeguarding": told.get("safeguarding", "no"),
    }
    if "do_next" in told:
        item["do_next"] = [
            {"what": each["what"], "who": each["who"], "by_when": said(until + span(each["within"]))}
            for each in told["do_next"]
        ]
    if "if_then" in told:
        item["if_then"] = told["if_then"]
    if must_be_read(item):
        item["must_read"] = True
    return item


def must_be_read(item: Mapping[str, Any]) -> bool:
    """Whether everybody must say that they have read an item."""
    return item["level"] == "act_now" or item.get("safeguarding") == "yes"
