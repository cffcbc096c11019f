"""The second step: how a worker stands with it, taking it with a code, and the codes for when it is lost."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select, update

from server.domain import second_step
from server.domain.join_code import code_from
from server.domain.second_step import GRACE, RECOVERY_CODES, SecondStep, Way
from server.extensions import db
from server.models import Passkey, Provider, RecoveryCode, Worker, WorkerSession
from server.services import code_app
from server.services.worker import roles_of

#: Why a session may only send.
OVERDUE = "second_step"


@dataclass(frozen=True, slots=True)
class SignInKeys:
    """What signing in rests on, from outside the database."""

    #: Tokens, challenges and one-time codes of a day are bound to it
    secret: bytes
    #: The secrets of code apps are sealed with it, and recovery codes are bound to it
    codes: bytes


def stands(worker: Worker, at: datetime) -> SecondStep:
    """How a worker stands with the second step now. The demo, where nobody is real, never asks for one."""
    has_app, has_passkey = code_app.is_there(worker.id), _has_passkey(worker.id)
    ways = []
    if has_app or (has_passkey and recovery_codes_left(worker.id)):
        ways.append(Way.CODE)
    if has_passkey:
        ways.append(Way.PASSKEY)
    asked_at = worker.second_step_asked_at if needs(worker, at) else None
    return SecondStep(tuple(ways), asked_at + GRACE if asked_at else None)


def needs(worker: Worker, at: datetime) -> bool:
    """Whether the roles that a worker holds now need a second step."""
    if db.session.get_one(Provider, worker.provider_id).demo:
        return False
    return second_step.needs({role for held in roles_of(worker.id, at).values() for role in held})


def ask(worker: Worker, at: datetime) -> SecondStep:
    """Begin to ask a worker for a second step when they need one, and stop when they do not."""
    if not needs(worker, at):
        worker.second_step_asked_at = None
    elif worker.second_step_asked_at is None:
        worker.second_step_asked_at = at
    return stands(worker, at)


def take(worker: UUID, typed: str, keys: SignInKeys, at: datetime) -> bool:
    """Take the second step with what somebody typed, which is used up: six digits, or a recovery code."""
    digits = second_step.digits_of(typed)
    if digits is not None:
        return code_app.take(worker, digits, keys.codes, at)
    kept = second_step.recovery_code_kept_as(typed, worker, keys.codes)
    if kept is None:
        return False
    used = db.session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.worker_id == worker,
            RecoveryCode.code_hash == kept,
            RecoveryCode.used_at.is_(None),
            RecoveryCode.ended_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryCode.id)
    )
    return used is not None


def new_recovery_codes(worker: Worker, keys: SignInKeys, at: datetime) -> list[str]:
    """Make ten codes, shown this once, in place of those before."""
    _end_recovery_codes(worker.id, at)
    codes = [code_from(secrets.token_bytes(8)) for _ in range(RECOVERY_CODES)]
    for code in codes:
        kept = second_step.recovery_code_kept_as(code, worker.id, keys.codes)
        db.session.add(
            RecoveryCode(
                provider_id=worker.provider_id, id=uuid4(), worker_id=worker.id, code_hash=kept, made_at=at
            )
        )
    db.session.flush()
    return codes


def recovery_codes_left(worker: UUID) -> int:
    """How many recovery codes a worker has not used."""
    left = select(func.count()).where(
        RecoveryCode.worker_id == worker, RecoveryCode.used_at.is_(None), RecoveryCode.ended_at.is_(None)
    )
    return db.session.scalar(left) or 0


def is_set_up_now(worker: UUID) -> None:
    """Let the sessions that waited for a second step do everything again."""
    db.session.execute(
        update(WorkerSession)
        .where(WorkerSession.worker_id == worker, WorkerSession.upload_only == OVERDUE)
        .values(upload_only=None)
    )


def remove_code(worker: UUID, at: datetime) -> None:
    """Let no code of a worker's app work any more."""
    code_app.end(worker, at)
    end_spare_codes(worker, at)


def remove_all(worker: UUID, at: datetime) -> None:
    """Take every second step from a worker who lost them all."""
    code_app.end(worker, at)
    db.session.execute(update(Passkey).where(*_passkeys(worker)).values(ended_at=at))
    end_spare_codes(worker, at)


def end_spare_codes(worker: UUID, at: datetime) -> None:
    """Recovery codes stand in for something. When nothing is left to stand in for, they end."""
    if not code_app.is_there(worker) and not _has_passkey(worker):
        _end_recovery_codes(worker, at)


def _has_passkey(worker: UUID) -> bool:
    return db.session.scalar(select(Passkey.id).where(*_passkeys(worker)).limit(1)) is not None


def _passkeys(worker: UUID) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Passkey.worker_id == worker, Passkey.ended_at.is_(None)


def _end_recovery_codes(worker: UUID, at: datetime) -> None:
    db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.worker_id == worker,
            RecoveryCode.used_at.is_(None),
            RecoveryCode.ended_at.is_(None),
        )
        .values(ended_at=at)
    )
