"""Something that could not be accepted. It is kept whole, closed to most, and somebody must decide about it.

Source: docs/rules/quarantine.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from server.domain.access import Permission
from server.domain.acknowledgement import first_seen
from server.domain.concern import ACKNOWLEDGE_WITHIN, VERSION
from server.domain.conflict import named_workers
from server.domain.entry import Fact
from server.domain.opening import as_opened, openings, still_excluded
from server.domain.review import counting_reviews, outcome
from server.domain.rules import Rules
from server.domain.standing import Effect, Scope, Standing, Why, in_order


def stand(thread: Sequence[Fact], rules: Rules, scope: Scope) -> Standing:
    """The standing of a quarantined item: red when it says danger, amber otherwise, until somebody deals with it."""
    ordered = in_order(thread)
    root = ordered[0]
    effects: dict[str, Effect] = {}
    # What could not be read might name anybody, so every name in it is taken as meant.
    text = root.answers["text"]
    excluded = named_workers({"who_caused": "our_staff", "what_happened": text}, scope.names, root.author)
    excluded |= {worker for worker in scope.names if str(worker) in text}
    if '"a_manager"' in text:
        excluded |= frozenset(scope.managers(root.service, root.received_at))
    excluded -= {root.author}
    # Nobody can tell what it says of whom, so it is opened to nobody whom it names.
    opened = openings(ordered, excluded, excluded, scope, effects)
    inside = as_opened(scope, opened)
    seen = first_seen(ordered, Permission.REVIEW_RESTRICTED, inside, excluded, effects)
    reviews = counting_reviews(ordered, Permission.REVIEW_RESTRICTED, inside, excluded, effects)
    severity = "red" if root.answers["says_danger"] else "amber"
    reviewed_at = reviews[0].recorded_at if reviews else None
    stops = [seen.at] if seen else []
    stops += [reviewed_at] if reviewed_at else []
    return Standing(
        root=root,
        form="quarantine",
        state="dealt_with" if reviews else "quarantined",
        severity=severity,
        why=(
            Why(
                "quarantined", "An entry came in with an error. It is kept whole, and somebody must read it."
            ),
        ),
        restricted=True,
        excluded=still_excluded(excluded, opened),
        opened=opened,
        alone=scope.nobody_reads(root, excluded, root.received_at),
        deadlines=(
            rules.minutes_deadline(
                rule="acknowledge",
                version=VERSION[severity],
                ladder=severity,
                start=root.received_at,
                within=ACKNOWLEDGE_WITHIN[severity],
                stop=min(stops, default=None),
            ),
            rules.review_deadline(root.received_at, reviewed_at, scope.division(root.service)),
        ),
        seen=seen,
        decided=outcome(reviews),
        effects=effects,
    )
