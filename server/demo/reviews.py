"""What managers do about an entry: say that they have it, decide with a reason, check a receipt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from server.demo import source
from server.demo.clock import Clock, span
from server.demo.planned import Planned, said, worker_id
from server.demo.seed import Seed

#: A review is for a week unless it says otherwise.
NEXT_CHECK = timedelta(days=7)
#: On what basis somebody goes on, by what the writer said of the person's agreement.
CONSENT_BASIS = {
    "yes_agree": "they_agree",
    "yes_does_not_want": "others_at_risk",
    "not_safe_to_ask": "asking_raises_risk",
    "could_not_ask": "could_not_be_asked",
}
TOLD_ELSEWHERE = {"by", "when", "received"}


def acknowledgements(
    root: Planned, told: Sequence[Mapping[str, Any]], clock: Clock, seed: Seed
) -> Iterator[Planned]:
    """Those who said that they have this."""
    for number, each in enumerate(told):
        at = clock.after(root.recorded, each["when"])
        answers = {"how": "self", "read_at": said(at)}
        yield answer(root, f"acknowledgement/{number}", "acknowledgement", each, at, answers, seed)


def decisions(
    root: Planned, told: Sequence[Mapping[str, Any]], due: datetime, clock: Clock, seed: Seed
) -> Iterator[Planned]:
    """What was decided about a concern or a visit note, and why."""
    for number, each in enumerate(told):
        at = clock.after(root.recorded, each["when"], due)
        answers = _decision(root, each, at, clock, seed)
        yield answer(root, f"review/{number}", "review", each, at, answers, seed)


def checks(
    root: Planned, told: Sequence[Mapping[str, Any]], due: datetime, clock: Clock, seed: Seed
) -> Iterator[Planned]:
    """What came of checking a receipt."""
    for number, each in enumerate(told):
        at = clock.after(root.recorded, each["when"], due)
        answers = {"of": root.form, "decision": each["decision"], "reason": clock.filled(each["reason"])}
        yield answer(root, f"review/{number}", "review", each, at, answers, seed)


def answer(
    root: Planned,
    name: str,
    form: str,
    told: Mapping[str, Any],
    at: datetime,
    answers: Mapping[str, Any],
    seed: Seed,
) -> Planned:
    """An entry about another one, by whoever `told` names."""
    whole = f"{root.name}/{name}"
    soon = timedelta(seconds=seed.chance(f"{whole}/sent").randint(2, 20))
    return replace(
        root,
        name=whole,
        by=told["by"],
        form=form,
        observed=at,
        recorded=at,
        received=at + (span(told["received"]) if "received" in told else soon),
        answers=answers,
        about=root.name,
        photos=(),
        lang="en",
    )


def _decision(
    root: Planned, told: Mapping[str, Any], at: datetime, clock: Clock, seed: Seed
) -> dict[str, Any]:
    chance = seed.chance(f"{root.name}/{at}/review")
    boxes = source.read("reviewing")
    consent = CONSENT_BASIS.get(str(root.answers.get("told_person")), "nothing_is_shared")
    answers: dict[str, Any] = {
        "of": root.form,
        "conflict": "no",
        "categories": ["none"],
        "severity_now": "low",
        "wishes_considered": "yes" if "wishes" in root.answers else "not_sure",
        "consent_basis": consent,
        "notify_cqc": "no",
        "candour": "does_not_apply",
        "police": "not_needed",
        **{name: value for name, value in told.items() if name not in TOLD_ELSEWHERE},
    }
    if answers["notify_cqc"] == "no":
        answers.setdefault("notify_cqc_why", chance.choice(boxes["notify_cqc_why"]))
    if answers["candour"] == "does_not_apply":
        answers.setdefault("candour_why", chance.choice(boxes["candour_why"]))
    if "owner" in answers:
        answers["owner"] = worker_id(seed, answers["owner"])
        answers["next_check"] = said(at + NEXT_CHECK)
    for name in ("rationale", "question", "protection"):
        if name in answers:
            answers[name] = clock.filled(answers[name])
    return answers
