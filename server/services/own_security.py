"""What a worker does about their own signing in: a code app, recovery codes, passkeys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.domain.errors import BadInput, NotAllowed
from server.domain.second_step import SecondStep, digits_of
from server.extensions import db
from server.models import Passkey, Worker
from server.services import code_app, passkey, second_step
from server.services.code_app import NewSecret
from server.services.passkey import Answered, Asked, Site
from server.services.second_step import SignInKeys

LAST_ONE = "Your role needs a second step. Set up another one first."


@dataclass(frozen=True, slots=True)
class Security:
    """How somebody signs in."""

    has_code_app: bool
    recovery_codes_left: int
    passkeys: list[Passkey]
    second_step: SecondStep


def of(provider: UUID, worker: UUID, at: datetime) -> Security:
    """How a worker signs in."""
    return Security(
        has_code_app=code_app.is_there(worker),
        recovery_codes_left=second_step.recovery_codes_left(worker),
        passkeys=passkey.of_worker(worker),
        second_step=second_step.stands(_me(provider, worker), at),
    )


def begin_code_app(provider: UUID, worker: UUID, keys: SignInKeys, at: datetime) -> NewSecret:
    """Make a secret for an app. It counts for nothing until its holder shows a code of it."""
    return code_app.begin(_me(provider, worker), keys.codes, at)


def confirm_code_app(provider: UUID, worker: UUID, typed: str, keys: SignInKeys, at: datetime) -> list[str]:
    """Let a new secret count from now on. Answers the recovery codes that go with it.

    Raises BadInput when these are not its digits.
    """
    me = _me(provider, worker)
    if not code_app.confirm(worker, digits_of(typed) or "", keys.codes, at):
        words = (
            "These are not the numbers that the app shows now. Wait until it shows new ones, and write those."
        )
        raise BadInput("That code is not right.", {"code": [words]})
    second_step.is_set_up_now(worker)
    return second_step.new_recovery_codes(me, keys, at)


def remove_code_app(provider: UUID, worker: UUID, at: datetime) -> None:
    """Let a worker's app count no more. Raises NotAllowed when they need it and have nothing else."""
    me = _me(provider, worker)
    if second_step.needs(me, at) and not passkey.of_worker(worker):
        raise NotAllowed(LAST_ONE)
    second_step.remove_code(worker, at)


def ask_for_new_passkey(
    provider: UUID, worker: UUID, session: UUID, site: Site, secret: bytes, at: datetime
) -> Asked:
    """Ask the worker's device to make a passkey."""
    return passkey.ask_for_new(_me(provider, worker), session, site, secret, at)


def add_passkey(
    provider: UUID,
    worker: UUID,
    session: UUID,
    name: str,
    answered: Answered,
    site: Site,
    keys: SignInKeys,
    at: datetime,
) -> tuple[Passkey, list[str]]:
    """Keep a passkey that a worker's device has just made. Raises BadInput when it is none."""
    return passkey.add(_me(provider, worker), session, name, answered, site, keys, at)


def remove_passkey(provider: UUID, worker: UUID, passkey_id: UUID, at: datetime) -> None:
    """Let a passkey count no more.

    Raises NotFound when it is not theirs, NotAllowed when they need it and have nothing else.
    """
    me = _me(provider, worker)
    others = [each for each in passkey.of_worker(worker) if each.id != passkey_id]
    if second_step.needs(me, at) and not others and not code_app.is_there(worker):
        raise NotAllowed(LAST_ONE)
    passkey.remove(worker, passkey_id, at)


def _me(provider: UUID, worker: UUID) -> Worker:
    """The worker's row, locked, so that two changes of their signing in come one after the other."""
    return db.session.get_one(Worker, (provider, worker), with_for_update=True)
