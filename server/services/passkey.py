"""Passkeys: making one, and signing in with one. A passkey is something one has and something one is or knows.

The browser may derive a key from a passkey for the phone's own store (PRF). That key never comes here.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import webauthn
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from server.domain.challenge import CHANCE, LIVES, Challenge, read_challenge
from server.domain.errors import BadInput, NotFound
from server.extensions import db
from server.models import Passkey, Provider, UsedChallenge, Worker
from server.services import second_step
from server.services.second_step import SignInKeys

SIGN_IN = "sign-in"
MOST = 20
#: The browser is asked to derive a key for the phone's store; what it derives stays on the phone.
_PRF: dict[str, Any] = {"prf": {}}
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Site:
    """Where the browser must be for a passkey to count: the name that it is bound to, and the exact address."""

    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the browser is asked, and the id that comes back beside its answer."""

    challenge_id: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back from the browser."""

    challenge_id: str
    credential: Mapping[str, Any]


def ask_to_sign_in(site: Site, secret: bytes, at: datetime) -> Asked:
    """Ask for whatever passkey there is on the device: nobody says first who they are."""
    challenge = Challenge(SIGN_IN, secrets.token_bytes(CHANCE), at)
    options = webauthn.generate_authentication_options(
        rp_id=site.name,
        challenge=challenge.content(secret),
        timeout=_milliseconds(),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Asked(challenge.id, options_to_json_dict(options) | {"extensions": _PRF})


def ask_for_new(worker: Worker, session: UUID, site: Site, secret: bytes, at: datetime) -> Asked:
    """Ask the device to make a passkey for a worker, other than those that they have."""
    challenge = Challenge(_of(session), secrets.token_bytes(CHANCE), at)
    provider = db.session.get_one(Provider, worker.provider_id)
    options = webauthn.generate_registration_options(
        rp_id=site.name,
        rp_name=f"Heed at {provider.name}",
        # Says whose it is before anybody is known to us.
        user_id=worker.provider_id.bytes + worker.id.bytes,
        user_name=f"{worker.sign_in_name}@{provider.handle}",
        user_display_name=worker.name,
        challenge=challenge.content(secret),
        timeout=_milliseconds(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(each.credential_id) for each in of_worker(worker.id)
        ],
    )
    return Asked(challenge.id, options_to_json_dict(options) | {"extensions": _PRF})


def add(
    worker: Worker, session: UUID, name: str, answered: Answered, site: Site, keys: SignInKeys, at: datetime
) -> tuple[Passkey, list[str]]:
    """Keep a new passkey. Answers it, and recovery codes when it is the worker's first second step.

    Raises BadInput when what the device made is no passkey for us, or there are too many.
    """
    if len(of_worker(worker.id)) >= MOST:
        raise BadInput(f"You have {MOST} passkeys. Remove one that you no longer use.")
    challenge = _challenge(answered, _of(session), worker.provider_id, at)
    made = _registered(answered, challenge, site, keys.secret) if challenge else None
    if made is None:
        raise BadInput("That passkey could not be kept. Try again.", {"credential": ["This is not right."]})
    is_first = not second_step.stands(worker, at).is_set_up
    passkey = Passkey(
        provider_id=worker.provider_id,
        id=uuid4(),
        worker_id=worker.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name.strip(),
        made_at=at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(passkey)
    except IntegrityError as known:
        raise BadInput("That passkey is known already.", {"credential": ["This is not new."]}) from known
    second_step.is_set_up_now(worker.id)
    return passkey, second_step.new_recovery_codes(worker, keys, at) if is_first else []


def owner(answered: Answered) -> tuple[UUID, UUID] | None:
    """The provider and the worker that a passkey says it belongs to, which proves nothing yet."""
    handle = answered.credential["response"].get("userHandle") or ""
    try:
        raw = base64url_to_bytes(handle)
        return UUID(bytes=raw[:_ID_BYTES]), UUID(bytes=raw[_ID_BYTES:])
    except ValueError:
        return None


def take(provider: UUID, worker: UUID, answered: Answered, site: Site, secret: bytes, at: datetime) -> bool:
    """Whether a worker's passkey signed a challenge of ours, which is used up by it."""
    passkey = db.session.scalar(
        select(Passkey)
        .where(
            Passkey.worker_id == worker,
            Passkey.credential_id == _credential_id(answered),
            Passkey.ended_at.is_(None),
        )
        .with_for_update()
    )
    if passkey is None:
        return False
    challenge = _challenge(answered, SIGN_IN, provider, at)
    if challenge is None:
        return False
    count = _signed(answered, challenge, passkey, site, secret)
    if count is None:
        return False
    passkey.sign_count, passkey.last_used_at = count, at
    return True


def of_worker(worker: UUID) -> list[Passkey]:
    """The passkeys of a worker, the oldest first."""
    own = select(Passkey).where(Passkey.worker_id == worker, Passkey.ended_at.is_(None))
    return list(db.session.scalars(own.order_by(Passkey.made_at, Passkey.id)))


def remove(worker: UUID, passkey: UUID, at: datetime) -> None:
    """Let a passkey of a worker count no more. Raises NotFound when it is not theirs."""
    ended = db.session.scalar(
        update(Passkey)
        .where(Passkey.id == passkey, Passkey.worker_id == worker, Passkey.ended_at.is_(None))
        .values(ended_at=at)
        .returning(Passkey.id)
    )
    if ended is None:
        raise NotFound("There is no such passkey.")
    second_step.end_spare_codes(worker, at)


def _challenge(answered: Answered, purpose: str, provider: UUID, at: datetime) -> Challenge | None:
    """The challenge that was answered, when it lives and nobody has answered it before. It is used up by it."""
    challenge = read_challenge(answered.challenge_id, purpose)
    if challenge is None or not challenge.is_live(at):
        return None
    mark = hashlib.sha256(challenge.id.encode()).digest()
    first = db.session.scalar(
        insert(UsedChallenge)
        .values(provider_id=provider, hash=mark, used_at=at)
        .on_conflict_do_nothing()
        .returning(UsedChallenge.hash)
    )
    return challenge if first else None


def _registered(
    answered: Answered, challenge: Challenge, site: Site, secret: bytes
) -> VerifiedRegistration | None:
    try:
        return webauthn.verify_registration_response(
            credential=dict(answered.credential),
            expected_challenge=challenge.content(secret),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception:
        # It reads what strangers wrote with many parsers; whatever trips one of them, it is no passkey.
        return None


def _signed(
    answered: Answered, challenge: Challenge, passkey: Passkey, site: Site, secret: bytes
) -> int | None:
    """How often the passkey says that it has signed, when it signed this; None when it did not."""
    try:
        verified = webauthn.verify_authentication_response(
            credential=dict(answered.credential),
            expected_challenge=challenge.content(secret),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception:
        # As above: whatever was wrong with it, it proves nothing.
        return None
    return verified.new_sign_count


def _credential_id(answered: Answered) -> bytes:
    try:
        return base64url_to_bytes(answered.credential["id"])
    except ValueError:
        return b""


def _of(session: UUID) -> str:
    """A passkey is made in the session that asked for it and in no other."""
    return f"new passkey {session}"


def _milliseconds() -> int:
    return int(LIVES.total_seconds() * 1000)
