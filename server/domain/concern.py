"""A concern: something worried somebody, and a manager must see it, decide and say why.

Source: docs/rules/severity.md, docs/rules/escalation.md; Care Act 2014 section 42 for what a provider raises.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.domain.access import Permission
from server.domain.acknowledgement import first_seen
from server.domain.conflict import blamed, is_about_a_manager_unnamed, kept_from
from server.domain.entry import Fact
from server.domain.opening import as_opened, openings, still_excluded
from server.domain.review import Decision, counting_reviews, outcome
from server.domain.rules import Judgement, Rules
from server.domain.standing import (
    Deadline,
    Effect,
    Scope,
    Seen,
    Standing,
    Why,
    all_versions,
    in_order,
    moments_of,
)

#: How far back the third low concern about one person looks.
REPEATED_WITHIN = timedelta(days=28)
#: "I have this" is owed this soon, day and night.
ACKNOWLEDGE_WITHIN = {"red": timedelta(minutes=15), "amber": timedelta(minutes=60)}
#: A deadline that becomes more urgent is a new version, so each of its rungs is told again.
VERSION = {"amber": 1, "red": 2}
GRAVITY = {"low": 0, "amber": 1, "red": 2}
SECOND_PERSON = Why("second_person", "To lower a red concern, a second manager must agree.")


class State(StrEnum):
    """Where a concern stands."""

    #: Received; nobody with authority has said that they have it
    RECORDED = "recorded"
    #: Somebody with authority has it
    ACKNOWLEDGED = "acknowledged"
    #: The writer was asked for more; the clock runs on
    NEEDS_INFORMATION = "needs_information"
    #: The council's safeguarding team is told
    REFERRED = "referred"
    #: Dealt with inside the service
    MANAGED_INSIDE = "managed_inside"
    #: Something, but not a safeguarding matter
    NOT_SAFEGUARDING = "not_safeguarding"
    #: Nothing more is needed
    CLOSED = "closed"


STATE_AFTER = {
    Decision.REFER_TO_COUNCIL: State.REFERRED,
    Decision.MANAGE_INSIDE: State.MANAGED_INSIDE,
    Decision.CARE_PLAN_CHANGE: State.MANAGED_INSIDE,
    Decision.MORE_INFORMATION: State.NEEDS_INFORMATION,
    Decision.NOT_SAFEGUARDING: State.NOT_SAFEGUARDING,
    Decision.NO_FURTHER_ACTION: State.CLOSED,
}


@dataclass(frozen=True)
class Sorted:
    """A concern's thread in order, with what its own words say of it before others are looked at."""

    thread: list[Fact]
    effects: dict[str, Effect]
    judgement: Judgement
    #: Who may have caused it
    blamed: frozenset[UUID]
    #: They, and those whom the writer asked to keep it from
    excluded: frozenset[UUID]
    restricted: bool
    since: datetime

    @property
    def root(self) -> Fact:
        """The concern as it was first written: its time starts the clock."""
        return self.thread[0]


def sort_out(thread: Sequence[Fact], rules: Rules, scope: Scope, low_concerns: int = 0) -> Sorted:
    """Judge a concern by its gravest version: a correction may raise it, but only a review lowers it, so that
    nothing is talked away before somebody with authority has looked.

    `low_concerns` counts the low concerns about this person within 28 days up to this one, itself included.
    """
    effects: dict[str, Effect] = {}
    ordered = in_order(thread)
    versions = all_versions(ordered, effects)
    judged = [(rules.judge(version.answers, low_concerns), version) for version in versions]
    judgement, gravest = max(judged, key=lambda pair: GRAVITY[pair[0].severity])
    author = ordered[0].author
    causing = frozenset[UUID]().union(*(_blamed(version, ordered[0], scope) for version in versions))
    excluded = causing.union(*(kept_from(version.answers, author) for version in versions))
    restricted = bool(excluded) or any(judgement.restricted for judgement, _ in judged)
    return Sorted(ordered, effects, judgement, causing, excluded, restricted, gravest.received_at)


def _blamed(version: Fact, root: Fact, scope: Scope) -> frozenset[UUID]:
    """Who may have caused it by a version, or every manager of its service when it says "a manager" and not which."""
    named = blamed(version.answers, scope.names, root.author)
    if is_about_a_manager_unnamed(version.answers, scope.names, root.author):
        named |= frozenset(scope.managers(root.service, version.received_at)) - {root.author}
    return named


def stand(sorted_: Sorted, rules: Rules, scope: Scope) -> Standing:
    """The standing of a concern."""
    root, effects, restricted = sorted_.root, dict(sorted_.effects), sorted_.restricted
    may_review = Permission.REVIEW_RESTRICTED if restricted else Permission.REVIEW_CONCERN
    may_have = Permission.REVIEW_RESTRICTED if restricted else Permission.ACKNOWLEDGE_CONCERN
    opened = openings(sorted_.thread, sorted_.blamed, sorted_.excluded, scope, effects) if restricted else ()
    inside = as_opened(scope, opened)
    seen = first_seen(sorted_.thread, may_have, inside, sorted_.excluded, effects)
    reviews = counting_reviews(sorted_.thread, may_review, inside, sorted_.excluded, effects)
    decided = outcome(reviews)
    severity, flags = _severity_after(sorted_, reviews, inside)
    deciding = [review for review in reviews if review.answers["decision"] != Decision.MORE_INFORMATION]
    reviewed_at = deciding[0].recorded_at if deciding else None
    state = State.ACKNOWLEDGED if seen else State.RECORDED
    if decided:
        state = STATE_AFTER[Decision(decided.decision)]
    return Standing(
        root=root,
        form="concern",
        state=state,
        severity=severity,
        why=sorted_.judgement.why,
        restricted=restricted,
        excluded=still_excluded(sorted_.excluded, opened),
        opened=opened,
        alone=restricted and scope.nobody_reads(root, sorted_.excluded, sorted_.since),
        deadlines=_deadlines(sorted_, seen, reviews, reviewed_at, rules, scope),
        seen=seen or _seen_by_reviewer(reviews),
        decided=decided,
        flags=flags,
        effects=effects,
    )


def _seen_by_reviewer(reviews: list[Fact]) -> Seen | None:
    # Whoever decides has seen it, even if they never said so first.
    return Seen(reviews[0].author, reviews[0].recorded_at) if reviews else None


def _severity_after(sorted_: Sorted, reviews: list[Fact], scope: Scope) -> tuple[str, tuple[Why, ...]]:
    """The severity after the reviews. Lowering red needs a second person who may decide as well."""
    severity = sorted_.judgement.severity
    flags: tuple[Why, ...] = ()
    for review in reviews:
        wanted = str(review.answers.get("severity_now") or severity)
        if severity == "red" and wanted != "red" and not _second_person(review, sorted_, scope):
            # It stays red, and a later review with a second person may still lower it.
            flags = (SECOND_PERSON,)
            continue
        severity, flags = wanted, ()
    return severity, flags


def _second_person(review: Fact, sorted_: Sorted, scope: Scope) -> bool:
    second = review.answers.get("reviewed_with")
    # Whoever wrote it saw it already: the second pair of eyes is somebody else's.
    if not second or UUID(second) in (review.author, sorted_.root.author):
        return False
    return all(
        UUID(second) not in scope.conflicted(sorted_.excluded, at)
        and scope.might(UUID(second), Permission.SECOND_LOWERING, sorted_.root.service, at)
        for at in moments_of(review)
    )


def _deadlines(
    sorted_: Sorted,
    seen: Seen | None,
    reviews: list[Fact],
    reviewed_at: datetime | None,
    rules: Rules,
    scope: Scope,
) -> tuple[Deadline, ...]:
    root, division = sorted_.root, scope.division(sorted_.root.service)
    review = rules.review_deadline(root.recorded_at, reviewed_at, division)
    severity = sorted_.judgement.severity
    if severity not in ACKNOWLEDGE_WITHIN:
        return (review,)
    stops = [seen.at] if seen else []
    stops += [reviews[0].recorded_at] if reviews else []
    acknowledge = rules.minutes_deadline(
        rule="acknowledge",
        version=VERSION[severity],
        ladder=severity,
        start=sorted_.since,
        within=ACKNOWLEDGE_WITHIN[severity],
        stop=min(stops, default=None),
    )
    return (acknowledge, review)
