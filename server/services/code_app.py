"""Code apps: six digits from a secret that the worker's app and Heed share, each good for once (RFC 6238)."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Select, Update, select, update

from server.domain.second_step import CONFIRM_WITHIN
from server.extensions import db
from server.models import CodeApp, Provider, Worker

ISSUER = "Heed"
_NONCE = 12


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A new secret, shown once: as text to type and as an address that apps read from a QR code."""

    secret: str
    uri: str


def begin(worker: Worker, key: bytes, at: datetime) -> NewSecret:
    """Make a secret for a worker's app. It counts for nothing until its holder shows a code of it."""
    secret = pyotp.random_base32()
    app = CodeApp(provider_id=worker.provider_id, id=uuid4(), worker_id=worker.id, made_at=at)
    app.sealed_secret = _sealed(secret, app, key)
    db.session.execute(_ended(worker.id, at).where(CodeApp.confirmed_at.is_(None)))
    db.session.add(app)
    db.session.flush()
    handle = db.session.get_one(Provider, worker.provider_id).handle
    name = f"{worker.sign_in_name}@{handle}"
    return NewSecret(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER))


def confirm(worker: UUID, digits: str, key: bytes, at: datetime) -> bool:
    """Let a new secret count from now on, when these are its digits, and the one before no more."""
    waiting = _live(worker).where(CodeApp.confirmed_at.is_(None), CodeApp.made_at > at - CONFIRM_WITHIN)
    app = db.session.scalar(waiting.with_for_update())
    if app is None or not _use(app, digits, key, at):
        return False
    db.session.execute(_ended(worker, at).where(CodeApp.confirmed_at.is_not(None)))
    app.confirmed_at = at
    db.session.flush()
    return True


def take(worker: UUID, digits: str, key: bytes, at: datetime) -> bool:
    """Whether these are the digits of now, half a minute ago or in half a minute. They are used up by it."""
    app = db.session.scalar(_live(worker).where(CodeApp.confirmed_at.is_not(None)).with_for_update())
    return app is not None and _use(app, digits, key, at)


def is_there(worker: UUID) -> bool:
    """Whether a worker has an app whose codes count."""
    return db.session.scalar(_live(worker).where(CodeApp.confirmed_at.is_not(None))) is not None


def end(worker: UUID, at: datetime) -> None:
    """Let no app of a worker count any more."""
    db.session.execute(_ended(worker, at))


def _use(app: CodeApp, digits: str, key: bytes, at: datetime) -> bool:
    totp = pyotp.TOTP(_opened(app, key))
    now = totp.timecode(at)
    for step in (now - 1, now, now + 1):
        is_new = app.last_step is None or step > app.last_step
        if is_new and hmac.compare_digest(totp.generate_otp(step), digits):
            app.last_step = step
            db.session.flush()
            return True
    return False


def _live(worker: UUID) -> Select[CodeApp]:
    return select(CodeApp).where(CodeApp.worker_id == worker, CodeApp.ended_at.is_(None))


def _ended(worker: UUID, at: datetime) -> Update:
    return (
        update(CodeApp)
        .where(CodeApp.worker_id == worker, CodeApp.ended_at.is_(None))
        .values(ended_at=at, sealed_secret=b"")
    )


def _sealed(secret: str, app: CodeApp, key: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, secret.encode(), _whose(app))


def _opened(app: CodeApp, key: bytes) -> str:
    sealed = app.sealed_secret
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _whose(app)).decode()


def _whose(app: CodeApp) -> bytes:
    """A sealed secret opens for its own row and for no other."""
    return b"heed/code-app/1" + app.provider_id.bytes + app.worker_id.bytes + app.id.bytes
