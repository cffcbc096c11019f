"""A review: somebody with authority decides about an entry, with a reason.

A decision may reach us hours after it was made, so what forbids it cannot refuse it: it is kept with effect none
and a reason. Of two reviews of one thread the earliest that may be counts, and the other is shown beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from uuid import UUID

from server.domain.access import Permission
from server.domain.entry import Fact
from server.domain.standing import NONE, Decided, Effect, Scope


class Decision(StrEnum):
    """What a manager may decide about a concern, or about a visit note that worried somebody."""

    #: The council's safeguarding team will be told
    REFER_TO_COUNCIL = "refer_to_council"
    #: Dealt with here, with a plan and an owner
    MANAGE_INSIDE = "manage_inside"
    #: The care plan changes
    CARE_PLAN_CHANGE = "care_plan_change"
    #: The writer is asked a question; the clock does not pause
    MORE_INFORMATION = "more_information"
    #: Not about keeping safe, but something else is done
    NOT_SAFEGUARDING = "not_safeguarding"
    #: Nothing more is needed
    NO_FURTHER_ACTION = "no_further_action"


class Check(StrEnum):
    """What may be decided about a receipt."""

    #: It matches
    APPROVE = "approve"
    #: Somebody must answer a question first
    QUERY = "query"


class Settlement(StrEnum):
    """What may be decided about something in quarantine."""

    #: Somebody has read it and done what it needs
    DEALT_WITH = "dealt_with"


#: What the writer is told. It says what was decided, never why: the reasons may name others.
DECIDED_WORDS: dict[str, str] = {
    Decision.REFER_TO_COUNCIL: "The council's safeguarding team will be told.",
    Decision.MANAGE_INSIDE: "Your managers are dealing with it and have a plan.",
    Decision.CARE_PLAN_CHANGE: "The care plan will change because of what you told us.",
    Decision.MORE_INFORMATION: "Your manager needs to know more. Please speak to them.",
    Decision.NOT_SAFEGUARDING: "It is not a safeguarding matter. Something else is being done about it.",
    Decision.NO_FURTHER_ACTION: "Nothing more needs to be done. You were right to tell us.",
    Check.APPROVE: "The receipt was checked and is right.",
    Check.QUERY: "There is a question about this receipt. Please speak to the person who checked it.",
    Settlement.DEALT_WITH: "A manager has read what came in with an error, and dealt with it.",
}

#: Asking for more is not deciding: the clock runs on and somebody must still decide.
UNDECIDED = {Decision.MORE_INFORMATION, Check.QUERY}


def counting_reviews(
    thread: Iterable[Fact],
    permission: Permission,
    scope: Scope,
    excluded: Collection[UUID],
    effects: dict[str, Effect],
) -> list[Fact]:
    """The reviews of a thread that count, in order; why each other one does not is noted in `effects`."""
    root, *rest = thread
    counting: list[Fact] = []
    decided = False
    for fact in rest:
        if fact.form != "review":
            continue
        reason = _why_not(fact, root, permission, scope, excluded)
        if reason is None and decided:
            reason = "already_decided"
        effects[fact.key] = Effect() if reason is None else Effect(NONE, reason)
        if reason is None:
            counting.append(fact)
            decided = fact.answers.get("decision") not in UNDECIDED
    return counting


def _why_not(
    review: Fact, root: Fact, permission: Permission, scope: Scope, excluded: Collection[UUID]
) -> str | None:
    reason = scope.why_not(review, permission, root, excluded)
    # Said first, so that no other reason tells somebody that there is a thread which is closed to them.
    if reason == "waiting":
        return reason
    if review.answers.get("of") != root.form:
        return "wrong_form"
    # Nobody decides about somebody they are close to, whatever their role.
    if review.answers.get("conflict") == "yes":
        return "conflicted"
    return reason


def outcome(reviews: list[Fact]) -> Decided | None:
    """What the last counting review decided, in words for the writer."""
    if not reviews:
        return None
    last = reviews[-1]
    decision = str(last.answers["decision"])
    return Decided(last.author, last.recorded_at, decision, DECIDED_WORDS.get(decision, ""))
