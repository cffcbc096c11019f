"""What must come of everything in the matrix, worked out apart from the code that decides it.

Two sources and no others: the table as docs/permissions.md publishes it, and the rules of relation that stand here as
sentences. So a wrong line in the table, a check that is forgotten and a check too many each make a cell differ.
"""

from __future__ import annotations

from collections.abc import Collection

from server.domain.access import Permission
from server.domain.role import Role
from tests.matrix.cast import ELSEWHERE, FOREIGN, HERE, ON_CALL, OURS, Actor
from tests.matrix.written import CONCERNS, Kind, Target
from tests.promised import promised

PROMISED = promised()

#: What it takes to read each kind of entry, to say "I have this" about it, and to decide about it.
READ = {
    Kind.LOW: Permission.READ_CONCERN,
    Kind.AMBER: Permission.READ_CONCERN,
    Kind.RED: Permission.READ_CONCERN,
    Kind.RESTRICTED: Permission.READ_RESTRICTED,
    Kind.QUIET_NOTE: Permission.READ_NOTE,
    Kind.WORRIED_NOTE: Permission.READ_NOTE,
    Kind.RECEIPT: Permission.READ_TRANSACTION,
    Kind.HANDOVER: Permission.READ_HANDOVER,
    Kind.QUARANTINE: Permission.READ_RESTRICTED,
}
HAVE = {
    Kind.LOW: Permission.ACKNOWLEDGE_CONCERN,
    Kind.AMBER: Permission.ACKNOWLEDGE_CONCERN,
    Kind.RED: Permission.ACKNOWLEDGE_CONCERN,
    Kind.QUIET_NOTE: Permission.ACKNOWLEDGE_CONCERN,
    Kind.WORRIED_NOTE: Permission.ACKNOWLEDGE_CONCERN,
}
DECIDE = {
    Kind.LOW: Permission.REVIEW_CONCERN,
    Kind.AMBER: Permission.REVIEW_CONCERN,
    Kind.RED: Permission.REVIEW_CONCERN,
    Kind.QUIET_NOTE: Permission.REVIEW_NOTE,
    Kind.WORRIED_NOTE: Permission.REVIEW_NOTE,
    Kind.RECEIPT: Permission.CHECK_TRANSACTION,
}
CLOSED_KINDS = {Kind.RESTRICTED, Kind.QUARANTINE}

#: Over whom somebody has power, who must not look into them: docs/rules/access.md, "Those under somebody's influence".
CARE = {Role.WORKER, Role.KEY_WORKER, Role.CLINICAL_REVIEWER, Role.ADMINISTRATOR}
CARE_AND_FIRST_LINE = CARE | {Role.COORDINATOR, Role.SUPERVISOR, Role.TEAM_LEADER}
BELOW_MANAGER = CARE_AND_FIRST_LINE | {Role.DEPUTY_MANAGER, Role.SERVICE_MANAGER}
BELOW_INDIVIDUAL = BELOW_MANAGER | {Role.REGISTERED_MANAGER}
POWER = {
    Role.DEPUTY_MANAGER: CARE_AND_FIRST_LINE,
    Role.SERVICE_MANAGER: CARE_AND_FIRST_LINE,
    Role.REGISTERED_MANAGER: BELOW_MANAGER,
    Role.NOMINATED_INDIVIDUAL: BELOW_INDIVIDUAL,
    Role.PROVIDER_REPRESENTATIVE: BELOW_INDIVIDUAL | {Role.NOMINATED_INDIVIDUAL},
}
#: Where somebody's role counts, by their relation. Whoever is on call here holds their role in the other service.
WORKS_IN = {HERE: "here", ELSEWHERE: "there", ON_CALL: "there"}


def holds(actor: Actor, permission: Permission) -> bool:
    """A role counts in its own service, from when it begins until it ends, and nowhere else."""
    return actor.relation == HERE and actor.role in PROMISED[permission]


def kept_out(named: Collection[Actor]) -> set[Actor]:
    """Whoever is named, and whoever they have power over in the service where both work."""
    under = {
        actor
        for actor in OURS
        for other in named
        if actor.role in POWER.get(other.role, ())
        and actor.relation in WORKS_IN
        and WORKS_IN[actor.relation] == WORKS_IN.get(other.relation)
    }
    return set(named) | under


def leads(target: Target) -> set[Actor]:
    """Who reads a restricted thread: those of this service who may and are not kept out. When none is left but its
    writer, those of the other service join them, and so on down docs/permissions.md.
    """
    out = kept_out(target.named)
    found: set[Actor] = set()
    lead = PROMISED[Permission.READ_RESTRICTED]
    turns = (
        [actor for actor in OURS if actor.relation == HERE and actor.role in lead],
        [actor for actor in OURS if actor.relation in WORKS_IN and actor.role in lead],
        [
            actor
            for actor in OURS
            if actor.relation in WORKS_IN and actor.role is Role.PROVIDER_REPRESENTATIVE
        ],
    )
    for turn in turns:
        found |= set(turn) - out
        if found - {target.author}:
            return found
    return found


def reads_by_class(actor: Actor, target: Target) -> bool:
    """Whether somebody reads a thread because of what they are, and not because they wrote in it."""
    if actor.relation == FOREIGN:
        return False
    if target.kind in CLOSED_KINDS:
        return actor in leads(target)
    return holds(actor, READ[target.kind]) or actor in target.must_read


def reads(actor: Actor, target: Target, entry_author: Actor, *, is_version: bool) -> bool:
    """Whether somebody fetches an entry of a thread.

    Everybody reads their own words, except what came in with an error: their own phone shows that. Whoever began a
    thread reads every version of it, and nothing that others say of it.
    """
    if reads_by_class(actor, target):
        return True
    if target.kind is Kind.QUARANTINE and is_version:
        return False
    return actor in (entry_author, target.author if is_version else None)


def stands(actor: Actor, target: Target) -> bool:
    """Whether somebody is told how a thread stands: its readers, and whoever began it."""
    return reads_by_class(actor, target) or actor == target.author


def acknowledging(actor: Actor, target: Target) -> str | None:
    """Why somebody's "I have this" does not count; None when it does."""
    if actor.relation == FOREIGN:
        return "waiting"
    if target.kind is Kind.RECEIPT:
        return "wrong_form"
    if target.kind is Kind.HANDOVER:
        return None if actor in target.must_read else "not_allowed"
    if actor == target.author:
        return "own_entry"
    if target.kind in CLOSED_KINDS:
        return None if actor in leads(target) else "waiting"
    return None if holds(actor, HAVE[target.kind]) or actor.relation == ON_CALL else "not_allowed"


def deciding(actor: Actor, target: Target, *, decided: bool, conflict: bool = False) -> str | None:
    """Why somebody's decision does not count; None when it does."""
    if actor.relation == FOREIGN:
        return "waiting"
    if target.kind is Kind.HANDOVER:
        return "wrong_form"
    if target.kind in CLOSED_KINDS and actor != target.author and actor not in leads(target):
        return "waiting"
    if conflict:
        return "conflicted"
    if actor == target.author:
        return "checked_by_recorder" if target.kind is Kind.RECEIPT else "own_entry"
    if target.kind not in CLOSED_KINDS and not holds(actor, DECIDE[target.kind]):
        return "not_allowed"
    return "already_decided" if decided else None


def deciding_on_the_wrong_form(actor: Actor, target: Target) -> str:
    """Why a decision about a thing of another kind does not count."""
    if actor.relation == FOREIGN:
        return "waiting"
    closed = target.kind in CLOSED_KINDS and actor != target.author and actor not in leads(target)
    return "waiting" if closed else "wrong_form"


def opening(actor: Actor, target: Target, to: Actor) -> str | None:
    """Why letting somebody in to a restricted thread does not count; None when it does."""
    if actor.relation == FOREIGN:
        return "waiting"
    if target.kind not in CLOSED_KINDS:
        return "wrong_form"
    if actor == target.author:
        return "own_entry"
    if actor not in leads(target):
        return "waiting"
    if to == target.author or to in kept_out(target.named) or not holds(to, Permission.BE_LET_IN):
        return "stays_closed"
    return None


def correcting(actor: Actor, target: Target) -> str | None:
    """Why somebody's correction does not count; None when it does. Only the writer corrects.

    A concern that claims to correct somebody else's stands by itself, for danger counts whoever wrote it.
    """
    return None if actor == target.author or target.kind in CONCERNS else "not_yours"


def lowers_red(second: Actor) -> bool:
    """Whether a red concern is lowered when the registered manager names this one as the second person."""
    return holds(second, Permission.SECOND_LOWERING) and second.role is not Role.REGISTERED_MANAGER
