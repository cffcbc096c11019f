"""Nobody hands out a role that would let a friend read or decide what they cannot."""

from __future__ import annotations

import pytest

from server.domain.invitation import TRUSTED, may_invite
from server.domain.role import Role


@pytest.mark.parametrize("role", list(Role))
def test_the_registered_manager_invites_to_every_role(role: Role):
    assert may_invite({Role.REGISTERED_MANAGER}, role)


@pytest.mark.parametrize("inviter", sorted(set(Role) - {Role.REGISTERED_MANAGER}))
def test_no_other_role_hands_out_trust(inviter: Role):
    assert not any(may_invite({inviter}, role) for role in TRUSTED)


def test_deputies_and_service_managers_invite_the_rest():
    for inviter in (Role.DEPUTY_MANAGER, Role.SERVICE_MANAGER):
        assert all(may_invite({inviter}, role) for role in set(Role) - TRUSTED)


@pytest.mark.parametrize("inviter", [Role.WORKER, Role.SUPERVISOR, Role.SAFEGUARDING_LEAD, Role.SYSADMIN])
def test_others_invite_nobody(inviter: Role):
    assert not any(may_invite({inviter}, role) for role in Role)


def test_whoever_holds_no_role_invites_nobody():
    assert not any(may_invite(set(), role) for role in Role)
