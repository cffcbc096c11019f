"""Signing in, by password with a second step or by passkey, and proving again that one is who one was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from server.domain import sign_in_name
from server.domain.errors import DomainError, NotProved, NotSignedIn, SecondStepMissing, Throttled, WrongCode
from server.extensions import db, work_for
from server.models import Worker, WorkerSession
from server.services import passkey, second_step, session, sign_in_failure
from server.services.passkey import Answered, Site
from server.services.password import is_password
from server.services.provider import HANDLE, provider_of
from server.services.second_step import SignInKeys
from server.services.session import Phone, Refused, SignedIn

WRONG = "That sign-in name and passphrase do not go together. Check both."
NO_PASSKEY = "That passkey does not sign anybody in here. Use your sign-in name and passphrase."
WRONG_CODE = "That code is not right. Wait until the app shows the next one, or use a code from your paper."


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed to prove who they are. `code` is six digits or a recovery code."""

    password: str
    code: str | None


def by_password(
    name: str, typed: Typed, phone: Phone, *, address: str, keys: SignInKeys, at: datetime
) -> SignedIn | Refused:
    """Sign somebody in by name and password. An unknown name takes as long and gets the same words.

    Raises SecondStepMissing when both are right and the worker has a second step that was not shown.
    """
    parts = sign_in_name.parts(name)
    provider = provider_of(HANDLE, parts[1]) if parts else None
    if parts is None or provider is None:
        is_password(typed.password, None)
        return Refused(NotSignedIn(WRONG))
    work_for(provider)
    worker = db.session.scalar(
        select(Worker).where(Worker.sign_in_name == parts[0], Worker.left_at.is_(None))
    )
    place = sign_in_failure.place(worker, phone.id, phone.public_key, address, keys.secret)
    if wait := sign_in_failure.wait(provider, parts[0], place, keys.secret, at):
        return Refused(too_many(wait))
    is_right = is_password(typed.password, worker.password_hash if worker else None)
    if worker is None or not is_right:
        sign_in_failure.note(provider, parts[0], place, keys.secret, at)
        return Refused(NotSignedIn(WRONG))
    step = second_step.stands(worker, at)
    if step.is_set_up and typed.code is None:
        raise SecondStepMissing(step.ways)
    if step.is_set_up and not second_step.take(worker.id, typed.code or "", keys, at):
        sign_in_failure.note(provider, parts[0], place, keys.secret, at)
        return Refused(WrongCode(WRONG_CODE))
    return session.start(worker, phone, at)


def by_passkey(
    answered: Answered, phone: Phone, *, site: Site, secret: bytes, at: datetime
) -> SignedIn | Refused:
    """Sign somebody in by a passkey alone, which says itself whose it is."""
    owner = passkey.owner(answered)
    if owner is None:
        return Refused(NotSignedIn(NO_PASSKEY))
    work_for(owner[0])
    worker = db.session.scalar(select(Worker).where(Worker.id == owner[1], Worker.left_at.is_(None)))
    if worker is None or not passkey.take(*owner, answered, site, secret, at):
        return Refused(NotSignedIn(NO_PASSKEY))
    return session.start(worker, phone, at)


def again_by_password(
    mine: WorkerSession, worker: Worker, typed: Typed, *, keys: SignInKeys, at: datetime
) -> Refused | None:
    """Prove again, by password and second step, that a session is in its worker's hands. None when it is.

    Raises NotProved when the password is right and the worker has a second step that was not shown.
    """
    if refused := check_password_again(mine, worker, typed.password, keys=keys, at=at):
        return refused
    step = second_step.stands(worker, at)
    if step.is_set_up and typed.code is None:
        missing = SecondStepMissing(step.ways)
        raise NotProved(str(missing), "second_step", step.ways)
    if step.is_set_up and not second_step.take(worker.id, typed.code or "", keys, at):
        sign_in_failure.note(worker.provider_id, worker.sign_in_name, _place_of(mine, keys), keys.secret, at)
        return Refused(NotProved(WRONG_CODE, "wrong_code"))
    session.refreshen(mine, worker, at)
    return None


def again_by_passkey(
    mine: WorkerSession, worker: Worker, answered: Answered, *, site: Site, secret: bytes, at: datetime
) -> Refused | None:
    """Prove again, by passkey, that a session is in its worker's hands. None when it is."""
    own = (worker.provider_id, worker.id)
    if passkey.owner(answered) != own or not passkey.take(*own, answered, site, secret, at):
        return Refused(NotProved("That is not your passkey here.", "wrong_passkey"))
    session.refreshen(mine, worker, at)
    return None


def check_password_again(
    mine: WorkerSession, worker: Worker, password: str, *, keys: SignInKeys, at: datetime
) -> Refused | None:
    """Whether somebody who is signed in knows the password, slowed down as when they sign in. None when they do."""
    place = _place_of(mine, keys)
    if wait := sign_in_failure.wait(worker.provider_id, worker.sign_in_name, place, keys.secret, at):
        return Refused(too_many(wait))
    if is_password(password, worker.password_hash):
        return None
    sign_in_failure.note(worker.provider_id, worker.sign_in_name, place, keys.secret, at)
    return Refused(NotProved("That is not your passphrase.", "wrong_password"))


def own_session(provider: UUID, session_id: UUID) -> tuple[WorkerSession, Worker]:
    """A session that is known to go on, locked, and whose it is."""
    mine = db.session.get_one(WorkerSession, (provider, session_id), with_for_update=True)
    return mine, db.session.get_one(Worker, (provider, mine.worker_id))


def too_many(wait: int) -> DomainError:
    """What somebody is told who must wait."""
    return Throttled(f"Too many wrong tries. Try again in {wait} seconds.", wait)


def _place_of(mine: WorkerSession, keys: SignInKeys) -> sign_in_failure.Place:
    return sign_in_failure.place_of_session(mine.worker_id, mine.device_id, keys.secret)
