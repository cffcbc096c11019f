"""Who may do what, as one table of sentences. The code, the tests and docs/permissions.md all read it.

Being on call is not a role but a slot in a roster, so the few things that it allows stand beside the table.
Source: docs/rules/access.md.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from server.domain.role import Role

CARERS = {
    Role.WORKER,
    Role.KEY_WORKER,
    Role.TEAM_LEADER,
    Role.SUPERVISOR,
    Role.COORDINATOR,
    Role.CLINICAL_REVIEWER,
    Role.SERVICE_MANAGER,
    Role.DEPUTY_MANAGER,
    Role.REGISTERED_MANAGER,
    Role.SAFEGUARDING_LEAD,
}
MANAGERS = {Role.REGISTERED_MANAGER, Role.DEPUTY_MANAGER, Role.SERVICE_MANAGER}


class Permission(StrEnum):
    """One thing that may be allowed in one service."""

    WRITE_ENTRY = "write visit notes, receipts and handovers"
    READ_NOTE = "read visit notes"
    READ_HANDOVER = "read handovers"
    READ_TRANSACTION = "read receipts and what was said about them"
    READ_CONCERN = "read concerns that are not restricted"
    READ_RESTRICTED = "read restricted concerns that do not name them"
    ACKNOWLEDGE_CONCERN = "say 'I have this' about a concern"
    REVIEW_CONCERN = "decide about a concern"
    REVIEW_RESTRICTED = "decide about a restricted concern that does not name them"
    BE_LET_IN = "be let in to a restricted concern by its leads"
    REVIEW_NOTE = "decide about a visit note that worried somebody"
    CHECK_TRANSACTION = "check a receipt that somebody else recorded"
    SECOND_LOWERING = "be the second person when a red concern is lowered"
    EDIT_ROSTER = "say who is on call and who is on shift"
    MEET_PEOPLE = "see who is supported, and what their money plan says"
    EDIT_PEOPLE = "add people who are supported"
    INVITE_WORKER = "make a join code for a new worker"
    LOOK_AFTER_WORKER = "look after workers' roles, phones and passwords"
    SEE_DEVICES = "see whether workers' phones and tablets are in touch"


MAY: dict[Permission, set[Role]] = {
    Permission.WRITE_ENTRY: CARERS | {Role.ADMINISTRATOR},
    Permission.READ_NOTE: CARERS | {Role.NOMINATED_INDIVIDUAL},
    Permission.READ_HANDOVER: CARERS | {Role.NOMINATED_INDIVIDUAL},
    Permission.READ_TRANSACTION: MANAGERS
    | {Role.SUPERVISOR, Role.TEAM_LEADER, Role.SAFEGUARDING_LEAD, Role.NOMINATED_INDIVIDUAL},
    Permission.READ_CONCERN: MANAGERS
    | {
        Role.COORDINATOR,
        Role.SUPERVISOR,
        Role.TEAM_LEADER,
        Role.SAFEGUARDING_LEAD,
        Role.NOMINATED_INDIVIDUAL,
    },
    Permission.READ_RESTRICTED: {Role.SAFEGUARDING_LEAD, Role.NOMINATED_INDIVIDUAL},
    Permission.ACKNOWLEDGE_CONCERN: MANAGERS
    | {
        Role.COORDINATOR,
        Role.SUPERVISOR,
        Role.TEAM_LEADER,
        Role.SAFEGUARDING_LEAD,
        Role.NOMINATED_INDIVIDUAL,
    },
    Permission.REVIEW_CONCERN: {Role.REGISTERED_MANAGER, Role.DEPUTY_MANAGER, Role.SAFEGUARDING_LEAD},
    Permission.REVIEW_RESTRICTED: {Role.SAFEGUARDING_LEAD, Role.NOMINATED_INDIVIDUAL},
    Permission.BE_LET_IN: MANAGERS | {Role.SAFEGUARDING_LEAD, Role.NOMINATED_INDIVIDUAL},
    Permission.REVIEW_NOTE: MANAGERS | {Role.COORDINATOR, Role.SAFEGUARDING_LEAD},
    Permission.CHECK_TRANSACTION: MANAGERS | {Role.SUPERVISOR, Role.TEAM_LEADER},
    Permission.SECOND_LOWERING: {
        Role.REGISTERED_MANAGER,
        Role.DEPUTY_MANAGER,
        Role.SAFEGUARDING_LEAD,
        Role.NOMINATED_INDIVIDUAL,
    },
    Permission.EDIT_ROSTER: MANAGERS | {Role.COORDINATOR},
    Permission.MEET_PEOPLE: CARERS | {Role.ADMINISTRATOR, Role.NOMINATED_INDIVIDUAL},
    Permission.EDIT_PEOPLE: MANAGERS | {Role.COORDINATOR, Role.ADMINISTRATOR},
    Permission.INVITE_WORKER: MANAGERS,
    Permission.LOOK_AFTER_WORKER: MANAGERS,
    Permission.SEE_DEVICES: MANAGERS | {Role.COORDINATOR},
}

LEADS = MAY[Permission.READ_RESTRICTED]
#: Who reads and decides about a restricted thread, in turn, and whether they must hold the role in its own service.
#: The next are asked only when nobody before them is left whom it does not name.
LEADS_IN_TURN: tuple[tuple[set[Role], bool], ...] = (
    (LEADS, True),
    (LEADS, False),
    ({Role.PROVIDER_REPRESENTATIVE}, False),
    ({Role.REGISTERED_MANAGER}, True),
    ({Role.REGISTERED_MANAGER}, False),
    ({Role.DEPUTY_MANAGER, Role.SERVICE_MANAGER}, True),
)
MAY_BE_LEAD = set[Role]().union(*(roles for roles, _ in LEADS_IN_TURN))

#: What being on call allows, whatever role somebody holds.
ON_CALL_MAY = {Permission.ACKNOWLEDGE_CONCERN}


def may(permission: Permission, roles: Collection[str]) -> bool:
    """Whether somebody who holds `roles` in a service may do this there."""
    return any(role in MAY[permission] for role in roles)


def roles_for(permission: Permission) -> set[str]:
    """The roles that may do this."""
    return {str(role) for role in MAY[permission]}
