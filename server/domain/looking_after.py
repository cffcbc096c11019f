"""Who may look after whose roles, phones and password: nobody gains by it what they may not read themselves.

Whoever can set somebody's password anew could sign in as them. So a lead's is set by another lead, and a concern
about a manager stays out of that manager's reach. Source: docs/rules/signing-in.md.
"""

from __future__ import annotations

from collections.abc import Collection

from server.domain.access import LEADS, Permission, may
from server.domain.invitation import TRUSTED
from server.domain.role import Role


def may_see(asking: Collection[str]) -> bool:
    """Whether somebody with these roles in a service may see how its workers sign in."""
    return may(Permission.LOOK_AFTER_WORKER, asking) or bool(LEADS & set(asking))


def may_change(asking: Collection[str], theirs: Collection[str]) -> bool:
    """Whether somebody may end a worker's roles, phones or time here, who holds `theirs` in whatever service."""
    if TRUSTED & set(theirs):
        return Role.REGISTERED_MANAGER in asking
    return may(Permission.LOOK_AFTER_WORKER, asking)


def may_reset(asking: Collection[str], theirs: Collection[str]) -> bool:
    """Whether somebody may make a code with which a worker sets a new password."""
    if LEADS & set(theirs):
        return bool(LEADS & set(asking))
    if TRUSTED & set(theirs):
        return Role.REGISTERED_MANAGER in asking or bool(LEADS & set(asking))
    return may(Permission.LOOK_AFTER_WORKER, asking)
