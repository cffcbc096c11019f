"""A new password: changed by its owner, or set anew with a one-time code when it was forgotten."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update

from server.domain.errors import Gone, NotAllowed, NotFound, SecondStepMissing, WrongCode
from server.domain.join_code import as_meant, code_from
from server.extensions import db, work_for
from server.models import Directory, PasswordCode, Worker, WorkerSession
from server.services import second_step, session, sign_in_failure
from server.services.feed import Feed
from server.services.looking_after import demand_reset
from server.services.password import check_new_password, kept_password
from server.services.provider import PASSWORD_CODE, provider_of
from server.services.second_step import SignInKeys
from server.services.session import Phone, Refused, SignedIn
from server.services.sign_in import WRONG_CODE, check_password_again, too_many
from server.services.telling import tell
from server.services.worker import provider_names

VALID_FOR = timedelta(hours=24)
CODE_MADE = (
    "A code was made with which a new passphrase can be chosen for you. "
    "If you did not ask for it, tell your manager."
)


def change(
    mine: WorkerSession, worker: Worker, old: str, new: str, *, keys: SignInKeys, at: datetime
) -> Refused | None:
    """Change a password for its owner, who shows the old one. Every other session of theirs ends.

    Raises BadInput for a new one that cannot be used.
    """
    if refused := check_password_again(mine, worker, old, keys=keys, at=at):
        return refused
    _set(worker, new)
    session.end(at, "password_changed", WorkerSession.worker_id == worker.id, WorkerSession.id != mine.id)
    return None


def make(
    worker: Worker, *, by: UUID | None, removes_second_step: bool, secret: bytes, at: datetime
) -> tuple[str, datetime]:
    """Make a code with which a worker sets their password anew. Answers it, for the only time, and when it ends.

    Whoever makes it learns no password by it. The worker is told on every phone where they are signed in.
    """
    code = code_from(secrets.token_bytes(8))
    kept = _kept_as(code.replace("-", ""), secret)
    expires_at = at + VALID_FOR
    db.session.execute(
        update(PasswordCode)
        .where(
            PasswordCode.worker_id == worker.id, PasswordCode.used_at.is_(None), PasswordCode.expires_at > at
        )
        .values(expires_at=at)
    )
    row = PasswordCode(
        provider_id=worker.provider_id,
        id=uuid4(),
        worker_id=worker.id,
        code_hash=kept,
        removes_second_step=removes_second_step,
        made_by=by,
        made_at=at,
        expires_at=expires_at,
    )
    db.session.add_all([Directory(provider_id=worker.provider_id, kind=PASSWORD_CODE, name=kept), row])
    db.session.flush()
    feed = Feed(worker.provider_id)
    tell(feed, worker.id, about=f"password-code:{row.id}", rule="password_code", words=CODE_MADE, now=at)
    feed.close()
    return code, expires_at


def use(
    typed: str,
    password: str,
    second_step_code: str | None,
    phone: Phone,
    *,
    address: str,
    keys: SignInKeys,
    at: datetime,
) -> SignedIn | Refused:
    """Set a password anew with a code, which is then used up, and sign its owner in. Other sessions end.

    Raises NotFound or Gone for the code, BadInput for a password that cannot be used, SecondStepMissing when the
    worker has a second step that was not shown.
    """
    code = _usable(typed, keys.secret, at)
    worker = db.session.get_one(Worker, (code.provider_id, code.worker_id))
    step = second_step.stands(worker, at)
    if step.is_set_up and not code.removes_second_step:
        if second_step_code is None:
            raise SecondStepMissing(step.ways)
        place = sign_in_failure.place(worker, phone.id, phone.public_key, address, keys.secret)
        if wait := sign_in_failure.wait(worker.provider_id, worker.sign_in_name, place, keys.secret, at):
            return Refused(too_many(wait))
        if not second_step.take(worker.id, second_step_code, keys, at):
            sign_in_failure.note(worker.provider_id, worker.sign_in_name, place, keys.secret, at)
            return Refused(WrongCode(WRONG_CODE))
    _set(worker, password)
    if code.removes_second_step:
        second_step.remove_all(worker.id, at)
    code.used_at = at
    session.end(at, "password_changed", WorkerSession.worker_id == worker.id)
    return session.start(worker, phone, at)


def _usable(typed: str, secret: bytes, at: datetime) -> PasswordCode:
    """The code's row, locked, so that two phones cannot both use it."""
    meant = as_meant(typed)
    provider = provider_of(PASSWORD_CODE, _kept_as(meant, secret)) if meant else None
    if meant is None or provider is None:
        raise NotFound("That is not a password code. Check it, or ask your manager for a new one.")
    work_for(provider)
    kept = _kept_as(meant, secret)
    code = db.session.scalars(
        select(PasswordCode).where(PasswordCode.code_hash == kept).with_for_update()
    ).one()
    if code.used_at is not None:
        raise Gone("That code has been used. Ask your manager for a new one.")
    left_at = db.session.get_one(Worker, (provider, code.worker_id)).left_at
    if at >= code.expires_at or left_at is not None or not _still_stands(code, at):
        raise Gone("That code is too old. Ask your manager for a new one.")
    return code


def _still_stands(code: PasswordCode, at: datetime) -> bool:
    """Whether whoever made a code might make it now: who has gone must not come back as somebody else."""
    if code.made_by is None:
        return True
    try:
        demand_reset(code.provider_id, code.worker_id, by=code.made_by, at=at)
    except (NotFound, NotAllowed):
        return False
    return True


def _set(worker: Worker, password: str) -> None:
    check_new_password(password, worker.sign_in_name, worker.name, *provider_names(worker.provider_id))
    worker.password_hash = kept_password(password)


def _kept_as(meant: str, secret: bytes) -> str:
    """What is kept instead of the code. Without the secret, a copy of the database opens nothing."""
    return hmac.new(secret, b"heed/password-code/1\n" + meant.encode(), hashlib.sha256).hexdigest()
