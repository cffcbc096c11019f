"""Joining: a manager makes a code for one new worker, who types it once and chooses how to sign in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from server.domain.access import Permission
from server.domain.errors import Gone, NotAllowed, NotFound
from server.domain.invitation import may_invite
from server.domain.join_code import VALID_FOR, as_meant, code_from, kept_as
from server.domain.role import Role
from server.domain.rules import Rules
from server.extensions import db, work_for
from server.models import Directory, JoinCode, Provider, Service
from server.services import session, worker
from server.services.newcomer import close_what_names
from server.services.provider import JOIN_CODE, provider_of


@dataclass(frozen=True)
class Invitation:
    """What a join code is for."""

    provider: str
    handle: str
    service: str
    role: str


def invite(
    service: UUID, role: Role, *, provider: UUID, by: UUID, secret: bytes, at: datetime
) -> tuple[str, datetime]:
    """Make a code with which one new worker may join a service in a role. Answers it and when it ends.

    Raises NotFound for a service where `by` holds no role, NotAllowed for a role that they may not give.
    """
    roles = worker.demand(Permission.INVITE_WORKER, by, service, at)
    if not may_invite(roles, role):
        raise NotAllowed("Only the registered manager may invite somebody to that role.")
    return make_code(service, role, provider=provider, by=by, secret=secret, at=at)


def make_code(
    service: UUID, role: Role, *, provider: UUID, by: UUID | None, secret: bytes, at: datetime
) -> tuple[str, datetime]:
    """Make a code, whoever wants it. Answers it, for the only time, and when it ends."""
    code = code_from(secrets.token_bytes(8))
    kept = kept_as(code.replace("-", ""), secret)
    expires_at = at + VALID_FOR
    db.session.add_all(
        [
            Directory(provider_id=provider, kind=JOIN_CODE, name=kept),
            JoinCode(
                provider_id=provider,
                id=uuid4(),
                code_hash=kept,
                service_id=service,
                role=str(role),
                made_by=by,
                made_at=at,
                expires_at=expires_at,
            ),
        ]
    )
    db.session.flush()
    return code, expires_at


def look(typed: str, *, secret: bytes, at: datetime) -> Invitation:
    """What a code is for.

    Raises NotFound for one that nobody made, Gone for one that was used or has ended.
    """
    code = _usable(typed, secret, at)
    service = db.session.get_one(Service, (code.provider_id, code.service_id))
    provider = db.session.get_one(Provider, code.provider_id)
    return Invitation(provider.name, provider.handle, service.name, code.role)


def join(
    typed: str,
    *,
    name: str,
    own_name: str,
    password: str,
    phone: session.Phone,
    secret: bytes,
    rules: Rules,
    at: datetime,
) -> session.SignedIn:
    """Let a new worker join with a code, which is then used up, and sign them in.

    Raises NotFound or Gone for the code, BadInput or Taken for the name and password.
    """
    code = _usable(typed, secret, at)
    new = worker.add_worker(code.provider_id, name=name, own_name=own_name, password=password, at=at)
    close_what_names(new.name, code.provider_id, rules, at)
    worker.grant(
        new.id, Role(code.role), [code.service_id], provider=code.provider_id, by=code.made_by, at=at
    )
    code.used_at, code.used_by = at, new.id
    return session.start(new, phone, at)


def _usable(typed: str, secret: bytes, at: datetime) -> JoinCode:
    """The code's row, locked, so that two phones cannot both use it."""
    meant = as_meant(typed)
    provider = provider_of(JOIN_CODE, kept_as(meant, secret)) if meant else None
    if meant is None or provider is None:
        raise NotFound("That is not a join code. Check it, or ask your manager for a new one.")
    work_for(provider)
    kept = kept_as(meant, secret)
    code = db.session.scalars(select(JoinCode).where(JoinCode.code_hash == kept).with_for_update()).one()
    if code.used_at is not None:
        raise Gone("That join code has been used. Ask your manager for a new one.")
    if at >= code.expires_at or not _still_stands(code, at):
        raise Gone("That join code is too old. Ask your manager for a new one.")
    return code


def _still_stands(code: JoinCode, at: datetime) -> bool:
    """Whether whoever made a code might make it now: who has gone must not come back by a code of their own."""
    if code.made_by is None:
        return True
    return may_invite(worker.roles_of(code.made_by, at).get(code.service_id, ()), Role(code.role))
