"""Who may invite whom: nobody can hand out a role that would let a friend read or decide what they cannot.

Source: docs/rules/access.md.
"""

from __future__ import annotations

from collections.abc import Collection

from server.domain.access import Permission, may
from server.domain.role import Role

#: Roles that read what is restricted, answer for the service, or look after accounts.
TRUSTED = {
    Role.REGISTERED_MANAGER,
    Role.DEPUTY_MANAGER,
    Role.SERVICE_MANAGER,
    Role.SAFEGUARDING_LEAD,
    Role.NOMINATED_INDIVIDUAL,
    Role.PROVIDER_REPRESENTATIVE,
    Role.SYSADMIN,
}


def may_invite(roles: Collection[str], role: Role) -> bool:
    """Whether somebody who holds `roles` in a service may invite a new worker there as `role`."""
    if role in TRUSTED:
        return Role.REGISTERED_MANAGER in roles
    return may(Permission.INVITE_WORKER, roles)
