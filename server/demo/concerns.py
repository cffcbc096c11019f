"""The demo's concerns, with who had them in hand and what was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from server.demo import reviews, source
from server.demo.cast import cast
from server.demo.clock import Clock, span
from server.demo.planned import Planned, person_id, said, worker_id
from server.demo.seed import Seed
from server.domain.rules import Rules


def planned(clock: Clock, seed: Seed, rules: Rules) -> Iterator[Planned]:
    """Every concern and what followed from it."""
    for told in source.read("concerns")["concern"]:
        concern = _concern(told, clock, seed)
        due = rules.review_deadline(concern.recorded, None, cast().services[concern.service].division).due
        yield concern
        yield from reviews.acknowledgements(concern, told.get("acknowledgement", ()), clock, seed)
        yield from reviews.decisions(concern, told.get("review", ()), due, clock, seed)


def _concern(told: Mapping[str, Any], clock: Clock, seed: Seed) -> Planned:
    name = f"concern/{told['key']}"
    recorded = clock.of(told)
    observed = recorded + span(told["observed"])
    writer = cast().workers[told["by"]]
    person = cast().people[told["person"]]
    soon = timedelta(seconds=seed.chance(name).randint(2, 15))
    answers = {
        **told["answers"],
        "person": person_id(seed, person.key),
        "what_happened": clock.filled(told["answers"]["what_happened"]),
    }
    if answers["danger_now"] != "yes":
        answers["observed_at"] = said(observed + timedelta(seconds=writer.skew_seconds))
    if "who_worker" in answers:
        answers["who_worker"] = [worker_id(seed, key) for key in answers["who_worker"]]
    return Planned(
        name=name,
        by=writer.key,
        form="concern",
        service=person.service,
        person=person.key,
        observed=observed if answers["danger_now"] != "yes" else recorded,
        recorded=recorded,
        received=recorded + (span(told["received"]) if "received" in told else soon),
        answers=answers,
    )
