"""A visit note: what was done and noticed. One that worried its writer is an indicator, and a manager must look.

Source: docs/rules/severity.md, "Indicators in visit notes".
"""

from __future__ import annotations

from collections.abc import Sequence

from server.domain.access import Permission
from server.domain.acknowledgement import first_seen
from server.domain.entry import Fact
from server.domain.review import UNDECIDED, counting_reviews, outcome
from server.domain.rules import Rules
from server.domain.standing import Deadline, Scope, Standing, Why, all_versions, in_order, opening, text_of

#: What the writer says in their own words. A sign counts wherever it stands.
SCREENED = ("note", "different")
WORRIED = Why("worried", "The writer said that something worried them.")
UNSURE = Why("unsure", "The writer was not sure whether something is wrong and asks a manager.")


def stand(thread: Sequence[Fact], rules: Rules, scope: Scope) -> Standing:
    """The standing of a visit note."""
    ordered = in_order(thread)
    root = ordered[0]
    # A note that does not count is looked at all the same: a sign is a sign.
    effects = {root.key: opening(root, scope)}
    # A worry that was written and then taken back is still looked at.
    why = _why(all_versions(ordered, effects), rules)
    seen = first_seen(ordered, Permission.ACKNOWLEDGE_CONCERN, scope, (), effects)
    reviews = counting_reviews(ordered, Permission.REVIEW_NOTE, scope, (), effects)
    deciding = [review for review in reviews if review.answers["decision"] not in UNDECIDED]
    deadlines: tuple[Deadline, ...] = ()
    if why:
        reviewed_at = deciding[0].recorded_at if deciding else None
        deadlines = (rules.review_deadline(root.recorded_at, reviewed_at, scope.division(root.service)),)
    return Standing(
        root=root,
        form="visit-note",
        state="reviewed" if deciding else "recorded",
        severity="low" if why else None,
        why=why,
        deadlines=deadlines,
        seen=seen,
        decided=outcome(reviews),
        effects=effects,
    )


def _why(versions: Sequence[Fact], rules: Rules) -> tuple[Why, ...]:
    worries = {version.answers.get("worried") for version in versions}
    why = [WORRIED] if "yes" in worries else [UNSURE] if "not_sure" in worries else []
    for version in versions:
        for hit in (hit for name in SCREENED for hit in rules.suspect_hits(text_of(version.answers, name))):
            why.append(Why(hit.rule, f'The note says "{hit.words}". A manager should look.'))
    return tuple(dict.fromkeys(why))
