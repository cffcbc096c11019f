"""Who may do what: what must hold of the table of roles, whatever else is changed in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from server.domain.access import MAY, ON_CALL_MAY, Permission, may, roles_for
from server.domain.role import Role

RESTRICTED = {Role.SAFEGUARDING_LEAD, Role.NOMINATED_INDIVIDUAL}
PHONE = Path(__file__).parents[2] / "pwa" / "src" / "domain" / "access.ts"


def held_by(role: Role) -> set[Permission]:
    return {permission for permission in Permission if may(permission, [role])}


@pytest.mark.parametrize("permission", list(Permission))
def test_every_permission_is_a_sentence_that_somebody_holds(permission):
    assert MAY[permission]
    assert re.fullmatch(r"[a-z][a-zA-Z ,'-]+", permission)


def test_only_two_roles_reach_what_is_restricted():
    assert MAY[Permission.READ_RESTRICTED] == RESTRICTED
    assert MAY[Permission.REVIEW_RESTRICTED] == RESTRICTED


def test_being_on_call_lets_somebody_say_i_have_this_and_nothing_more():
    assert {Permission.ACKNOWLEDGE_CONCERN} == ON_CALL_MAY


def test_a_care_worker_writes_and_reads_notes_and_handovers_and_no_more():
    assert held_by(Role.WORKER) == {
        Permission.WRITE_ENTRY,
        Permission.READ_NOTE,
        Permission.READ_HANDOVER,
        Permission.MEET_PEOPLE,
    }


def test_a_supervisor_cannot_decide_about_a_concern():
    supervisor = held_by(Role.SUPERVISOR)
    assert {
        Permission.READ_CONCERN,
        Permission.ACKNOWLEDGE_CONCERN,
        Permission.CHECK_TRANSACTION,
    } <= supervisor
    assert not supervisor & {Permission.REVIEW_CONCERN, Permission.REVIEW_NOTE, Permission.SECOND_LOWERING}


@pytest.mark.parametrize("role", [Role.SYSADMIN, Role.QUALITY_LEAD, Role.PROVIDER_REPRESENTATIVE])
def test_whoever_looks_after_accounts_or_themes_reads_nothing_that_anybody_wrote(role):
    assert held_by(role) == set()


def test_the_nominated_individual_writes_no_entries_but_reads_them_all():
    theirs = held_by(Role.NOMINATED_INDIVIDUAL)
    assert Permission.WRITE_ENTRY not in theirs
    assert {permission for permission in Permission if permission.name.startswith("READ_")} <= theirs


@pytest.mark.parametrize(
    ("act", "reading"),
    [
        (Permission.ACKNOWLEDGE_CONCERN, Permission.READ_CONCERN),
        (Permission.REVIEW_CONCERN, Permission.READ_CONCERN),
        (Permission.SECOND_LOWERING, Permission.READ_CONCERN),
        (Permission.REVIEW_RESTRICTED, Permission.READ_RESTRICTED),
        (Permission.REVIEW_NOTE, Permission.READ_NOTE),
        (Permission.CHECK_TRANSACTION, Permission.READ_TRANSACTION),
    ],
)
def test_whoever_decides_may_read_what_they_decide_about(act, reading):
    assert MAY[act] <= MAY[reading]


def test_whoever_may_invite_or_roster_manages():
    assert MAY[Permission.INVITE_WORKER] < MAY[Permission.EDIT_ROSTER]
    assert Role.WORKER not in MAY[Permission.EDIT_ROSTER] | MAY[Permission.EDIT_PEOPLE]


def test_one_of_several_roles_is_enough_and_none_is_not():
    assert may(Permission.REVIEW_CONCERN, ["worker", "registered_manager"])
    assert not may(Permission.WRITE_ENTRY, [])
    assert not may(Permission.WRITE_ENTRY, ["owner"])


def test_the_roles_of_a_permission_are_plain_words():
    assert roles_for(Permission.REVIEW_RESTRICTED) == {"safeguarding_lead", "nominated_individual"}


def test_the_phone_shows_what_the_server_allows():
    """What the phone offers is read from its source: a button that the server refuses would be a lie."""
    text = PHONE.read_text(encoding="utf-8")
    lists: dict[str, list[str]] = {}
    for name, roles in re.findall(
        r"^(?:const |  )(\w+)(?: =|:) (\[.*?\]|managers|readers)[;,]$", text, re.MULTILINE
    ):
        spread = re.sub(
            r"\.\.\.(\w+)", lambda found: ", ".join(f'"{each}"' for each in lists[found[1]]), roles
        )
        lists[name] = json.loads(spread) if spread.startswith("[") else lists[spread]
    offered = {name: set(roles) for name, roles in lists.items() if name not in ("managers", "readers")}
    assert len(offered) >= 10
    for name, roles in offered.items():
        permission = Permission[re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()]
        assert roles == roles_for(permission), name
