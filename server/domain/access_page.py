"""The page that tells a manager who may do what, written from the table: docs/permissions.md."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from server.domain.access import LEADS_IN_TURN, MAY, ON_CALL_MAY, Permission
from server.domain.invitation import may_invite
from server.domain.role import Role

INTRODUCTION = """\
# Who may do what

This page is written by `heed permissions` from the table that Heed itself reads, so it says what Heed does. Do not
edit it: change the table in `server/domain/access.py` and write the page again. Why it is so: `docs/rules/access.md`.

Somebody holds a role **in one service**, from a day and perhaps until a day. Outside that service and outside those
days the role allows nothing. One person may hold several roles. What any of them allows, they may do.

Everybody, whatever their role:

- may write a concern. It always counts, whoever wrote it;
- may read what they wrote themselves, and correct it;
- may read a handover that says that they must read it, and say that they have read it;
- may read a concern that Heed tells them about, as it does while they are on call;
- may see who is on call and on shift, and who works there, in a service where they hold a role.

Nobody, whatever their role:

- reads a concern that names them, decides about it or is told of it;
- decides about what they wrote themselves, or checks a receipt that they recorded;
- learns from Heed that there is something they may not see.
"""

#: What each kind of entry is called, what it takes to read it, and what may be done about it and by whom.
KINDS: tuple[tuple[str, Permission, tuple[tuple[str, Permission], ...]], ...] = (
    ("A visit note", Permission.READ_NOTE, (
        ('say "I have this"', Permission.ACKNOWLEDGE_CONCERN),
        ("decide about it", Permission.REVIEW_NOTE),
    )),
    ("A receipt", Permission.READ_TRANSACTION, (("check it", Permission.CHECK_TRANSACTION),)),
    ("A handover", Permission.READ_HANDOVER, ()),
    ("A concern that is not restricted", Permission.READ_CONCERN, (
        ('say "I have this"', Permission.ACKNOWLEDGE_CONCERN),
        ("decide about it", Permission.REVIEW_CONCERN),
        ("be the second person when it is lowered from red", Permission.SECOND_LOWERING),
    )),
    ("A restricted concern", Permission.READ_RESTRICTED, (
        ('say "I have this", decide about it, or open it to one more', Permission.REVIEW_RESTRICTED),
        ("be let in, if they may not have caused it", Permission.BE_LET_IN),
    )),
)  # fmt: skip


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join(
        [
            INTRODUCTION,
            *_table(),
            "",
            *_on_call(),
            "",
            "## What each role may do",
            *(line for role in Role for line in _role(role)),
            "",
            "## Each kind of entry",
            *(line for kind in KINDS for line in _kind(*kind)),
            "",
            *_quarantine(),
            "",
            "## When the people who read restricted concerns are named in one",
            "",
            *_leads(),
            "",
            "## Who may invite whom",
            "",
            *_invitations(),
            "",
        ]
    )


def words(role: Role) -> str:
    """A role as people say it."""
    return role.replace("_", " ")


def _table() -> Iterator[str]:
    yield "## At a glance"
    yield ""
    yield f"| In a service where they hold the role, a … may | {' | '.join(words(role) for role in Role)} |"
    yield f"|---|{'---|' * len(Role)}"
    for permission in Permission:
        marks = " | ".join("yes" if role in MAY[permission] else "–" for role in Role)
        yield f"| {permission} | {marks} |"


def _on_call() -> Iterator[str]:
    yield "Being on call is a place in the roster, not a role. Whoever is on call in a service may, besides:"
    yield ""
    yield from (f"- {permission}" for permission in Permission if permission in ON_CALL_MAY)


def _role(role: Role) -> Iterator[str]:
    yield ""
    yield f"### {words(role).capitalize()}"
    yield ""
    held = [permission for permission in Permission if role in MAY[permission]]
    yield from (f"- {permission}" for permission in held)
    if not held:
        yield "- only what everybody may"


def _kind(name: str, read: Permission, acts: Iterable[tuple[str, Permission]]) -> Iterator[str]:
    yield ""
    yield f"### {name}"
    yield ""
    yield f"- Whoever wrote it reads it, and in its service: {_roles(MAY[read])}."
    for act, permission in acts:
        yield f"- These may {act}: {_roles(MAY[permission])}."


def _quarantine() -> Iterator[str]:
    yield "### Something that came in with an error"
    yield ""
    yield "- Its writer's phone says so. It is kept whole, and closed to whoever's name is in it."
    yield f"- These read it, and decide about it: {_roles(MAY[Permission.REVIEW_RESTRICTED])}."


def _leads() -> Iterator[str]:
    yield "Heed asks these in turn, until there is somebody who is not named and did not write it:"
    yield ""
    for place, (roles, is_own_service) in enumerate(LEADS_IN_TURN, 1):
        where = "in the same service" if is_own_service else "in any service of the provider"
        yield f"{place}. {_roles(roles, 'or')}, {where}"


def _invitations() -> Iterator[str]:
    for inviter in Role:
        invited = {role for role in Role if may_invite([inviter], role)}
        if not invited:
            continue
        but = f" but {_roles(set(Role) - invited)}" if invited != set(Role) else ""
        yield f"- A {words(inviter)} may invite to every role{but}."


def _roles(roles: Iterable[Role], last: str = "and") -> str:
    *most, final = [words(role) for role in Role if role in roles]
    return f"{', '.join(most)} {last} {final}" if most else final
