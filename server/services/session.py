"""Sessions: signing in on a device, staying signed in, and signing out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update

from server.domain.errors import DomainError, NotSignedIn, SessionOver
from server.domain.refresh_token import ABSOLUTE, IDLE, LONG_UNUSED, Shown, Token, judge, read_token
from server.domain.second_step import FRESH, SecondStep
from server.extensions import ask_alone, db, work_for
from server.models import Device, Provider, PushSubscription, SigningKey, Worker, WorkerSession
from server.services import push_subscription, second_step
from server.services.copied_session import tell_of_copy
from server.services.stand import Stand, read_roles

ENDED = "You have been signed out. Sign in again; what you wrote is still on this phone."
#: Why a session ended that somebody wanted to end, and not its own phone by signing in again.
ENDED_BY_SOMEBODY = {"signed_out", "password_changed", "reused"}
#: Why a session may only send: its phone lay unused for longer than a week.
LONG_ABSENT = "absent"
SIGN_IN_AGAIN = "Sign in again to read and decide. What you write is still sent."
#: What a session may do: everything that its worker may, or send what is written and nothing else.
FULL, UPLOAD = "full", "upload"


@dataclass(frozen=True)
class Phone:
    """What a device says of itself: its id from last time, a name for people, the key that it signs with."""

    id: UUID | None
    name: str
    public_key: bytes


@dataclass(frozen=True)
class SignedIn:
    """Somebody who is signed in: who, on what, and the token that keeps them so."""

    provider: Provider
    worker: Worker
    session: WorkerSession
    key_id: UUID
    token: Token
    second_step: SecondStep


@dataclass(frozen=True)
class StillSignedIn:
    """A session that goes on with a new token."""

    session: WorkerSession
    token: Token


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose session it is: on which device, under which names, until when it may do what needs a fresh proof.

    And where its worker stands, so that whoever asks for what is new need not ask again.
    """

    device: UUID
    name: str
    sign_in_name: str
    fresh_until: datetime | None
    scope: str
    stand: Stand


#: The function names the provider itself, since it is asked before anything else is.
_WHO_ASKS = """
    SELECT device_id, name, sign_in_name, fresh_until, upload_only, left_at, revoked_at, until, epoch, head, roles
    FROM who_asks(%(provider)s, %(session)s, %(worker)s, %(at)s)
"""


@dataclass(frozen=True)
class Refused:
    """A refusal that leaves a trace, and so is a result and not an error that is raised where it is noticed."""

    error: DomainError


def start(worker: Worker, phone: Phone, at: datetime) -> SignedIn:
    """Begin a session for a worker on a device, and register the key that the device signs with."""
    device = _device(worker.provider_id, phone, at)
    key = _signing_key(worker, device, phone.public_key, at)
    end(at, "signed_in_again", WorkerSession.worker_id == worker.id, WorkerSession.device_id == device.id)
    token = Token(worker.provider_id, uuid4(), secrets.token_bytes(32))
    session = WorkerSession(
        provider_id=worker.provider_id,
        id=token.session,
        worker_id=worker.id,
        device_id=device.id,
        current_hash=token.kept,
        rotated_at=at,
        made_at=at,
        last_seen_at=at,
        idle_until=at + IDLE,
        absolute_until=at + ABSOLUTE,
        fresh_until=at + FRESH,
    )
    step = second_step.ask(worker, at)
    session.upload_only = second_step.OVERDUE if step.is_overdue(at) else None
    db.session.add(session)
    db.session.flush()
    provider = db.session.get_one(Provider, worker.provider_id)
    return SignedIn(provider, worker, session, key.id, token, step)


def refresh(cookie: str, *, secret: bytes, at: datetime) -> StillSignedIn | Refused:
    """Go on with a session. A token that was replaced long ago ends it for everybody who has a copy."""
    shown = read_token(cookie, secret)
    if shown is None:
        return Refused(NotSignedIn(ENDED))
    work_for(shown.provider)
    session = db.session.scalar(
        select(WorkerSession).where(WorkerSession.id == shown.session).with_for_update()
    )
    found = live(session.id, session.worker_id, at) if session else None
    if session is None or found is None:
        return Refused(SessionOver(ENDED, _why_over(session)))
    match judge(shown.kept, session.current_hash, session.previous_hash, session.rotated_at, at):
        case Shown.STALE:
            session.revoked_at, session.revoked_why = at, "reused"
            tell_of_copy(session, at)
            return Refused(SessionOver(ENDED, _why_over(session)))
        case Shown.AGAIN:
            return StillSignedIn(session, shown.next(secret, session.rotated_at))
        case Shown.CURRENT | Shown.BEFORE:
            token = shown.next(secret, at)
            session.previous_hash, session.current_hash, session.rotated_at = shown.kept, token.kept, at
            _look_again(session, found[0], at)
            session.last_seen_at, session.idle_until = at, at + IDLE
            return StillSignedIn(session, token)


def scope_of(session: WorkerSession) -> str:
    """What a session may do."""
    return UPLOAD if session.upload_only else FULL


def refreshen(session: WorkerSession, worker: Worker, at: datetime) -> None:
    """Whoever holds this session has just proved again who they are: it may do everything that they may."""
    session.fresh_until = at + FRESH
    session.upload_only = second_step.OVERDUE if second_step.ask(worker, at).is_overdue(at) else None


def sign_out(cookie: str, *, secret: bytes, at: datetime) -> None:
    """End a session and stop telling its device. A token that is not the session's own ends nothing."""
    shown = read_token(cookie, secret)
    if shown is None:
        return
    work_for(shown.provider)
    session = db.session.scalar(
        select(WorkerSession).where(WorkerSession.id == shown.session).with_for_update()
    )
    if session is None or shown.kept not in (session.current_hash, session.previous_hash):
        return
    end(at, "signed_out", WorkerSession.id == session.id)
    push_subscription.end(
        at,
        PushSubscription.worker_id == session.worker_id,
        PushSubscription.device_id == session.device_id,
    )


def end(at: datetime, why: str, *which: ColumnElement[bool]) -> None:
    """End the sessions that these conditions name. What they were doing ends with their next request."""
    db.session.execute(
        update(WorkerSession)
        .where(WorkerSession.revoked_at.is_(None), *which)
        .values(revoked_at=at, revoked_why=why)
    )


def live(session: UUID, worker: UUID, at: datetime) -> tuple[Worker, WorkerSession] | None:
    """The worker and the session, when the session is theirs and goes on."""
    found = db.session.execute(
        select(WorkerSession, Worker, Device)
        .join(
            Worker, (Worker.provider_id == WorkerSession.provider_id) & (Worker.id == WorkerSession.worker_id)
        )
        .join(
            Device, (Device.provider_id == WorkerSession.provider_id) & (Device.id == WorkerSession.device_id)
        )
        .where(WorkerSession.id == session, WorkerSession.worker_id == worker)
    ).one_or_none()
    if found is None:
        return None
    mine, me, device = found
    revoked = mine.revoked_at or device.revoked_at
    if _is_over(revoked, min(mine.idle_until, mine.absolute_until), me.left_at, at):
        return None
    return me, mine


def whose(session: UUID, worker: UUID, provider: UUID, at: datetime) -> Whose | None:
    """The same for a request, which only wants to know who asks: one journey, and no rows to be changed."""
    asked = {"provider": provider, "session": session, "worker": worker, "at": at}
    rows = ask_alone(_WHO_ASKS, asked)
    if not rows:
        return None
    device, name, sign_in_name, fresh_until, upload_only, left_at, revoked_at, until, epoch, head, roles = (
        rows[0]
    )
    if _is_over(revoked_at, until, left_at, at):
        return None
    scope = UPLOAD if upload_only else FULL
    return Whose(device, name, sign_in_name, fresh_until, scope, Stand(epoch, head, read_roles(roles)))


def _look_again(session: WorkerSession, worker: Worker, at: datetime) -> None:
    """A phone that lay unused for long, or whose owner owes us a second step, may send and do nothing else."""
    if at - session.last_seen_at > LONG_UNUSED:
        session.upload_only = LONG_ABSENT
    if session.upload_only != LONG_ABSENT:
        session.upload_only = second_step.OVERDUE if second_step.ask(worker, at).is_overdue(at) else None


def _is_over(revoked_at: datetime | None, until: datetime, left_at: datetime | None, at: datetime) -> bool:
    return bool(revoked_at or at >= until or (left_at and left_at <= at))


def _why_over(session: WorkerSession | None) -> str | None:
    """What the phone must know: a session that somebody ended closes reading there, one that ran out does not."""
    why = session.revoked_why if session else None
    if why in ("device_revoked", "left"):
        return why
    return "revoked" if why in ENDED_BY_SOMEBODY else None


def _device(provider: UUID, phone: Phone, at: datetime) -> Device:
    """The device that the phone was last time, when we know it; a new one otherwise."""
    device = db.session.get(Device, (provider, phone.id)) if phone.id else None
    if device is not None and device.revoked_at is None:
        device.last_seen_at = at
        return device
    device = Device(provider_id=provider, id=uuid4(), name=phone.name.strip(), made_at=at, last_seen_at=at)
    db.session.add(device)
    db.session.flush()
    return device


def _signing_key(worker: Worker, device: Device, public_key: bytes, at: datetime) -> SigningKey:
    key = db.session.scalar(
        select(SigningKey).where(
            SigningKey.worker_id == worker.id,
            SigningKey.device_id == device.id,
            SigningKey.public_key == public_key,
        )
    )
    if key is not None:
        return key
    key = SigningKey(
        provider_id=worker.provider_id,
        id=uuid4(),
        worker_id=worker.id,
        device_id=device.id,
        public_key=public_key,
        made_at=at,
    )
    db.session.add(key)
    db.session.flush()
    return key
