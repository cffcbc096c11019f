"""Wrong passwords and codes: noted, and slowed down by the place that they come from."""

from __future__ import annotations

import hmac
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, text

from server.domain import throttle
from server.extensions import db
from server.models import SignInFailure, SigningKey, Worker

#: A place that keeps knocking while it must wait leaves one trace in this time, not one for each knock.
_ONE_TRACE_IN = timedelta(minutes=1)

_LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")


@dataclass(frozen=True)
class Place:
    """Where a try comes from: an address, or a phone that this worker has signed with before."""

    mark: bytes
    known: bool


def place(
    worker: Worker | None, device: UUID | None, public_key: bytes, address: str, secret: bytes
) -> Place:
    """The place of a try. A phone that the worker signs with is its own place, wherever it is."""
    if worker is not None and device is not None:
        key = db.session.scalar(
            select(SigningKey.id).where(
                SigningKey.worker_id == worker.id,
                SigningKey.device_id == device,
                SigningKey.public_key == public_key,
                SigningKey.revoked_at.is_(None),
            )
        )
        if key is not None:
            return Place(_mark(secret, "phone", str(key)), known=True)
    return Place(_mark(secret, "address", address), known=False)


def place_of_session(worker: UUID, device: UUID, secret: bytes) -> Place:
    """The place of somebody who is signed in. Whoever holds that phone is slowed down there and nowhere else."""
    return Place(_mark(secret, "signed in", f"{worker}{device}"), known=True)


def wait(provider: UUID, own_name: str, place: Place, secret: bytes, at: datetime) -> int:
    """For how many seconds a try from here will not be looked at; 0 when it will. Waiting leaves a trace."""
    name = _mark(secret, "name", own_name)
    one_at_a_time = int.from_bytes(
        _mark(secret, "try", f"{provider}{name.hex()}{place.mark.hex()}")[:8], signed=True
    )
    if not db.session.scalar(_LOCK, {"key": one_at_a_time}):
        return 1
    rows = db.session.execute(
        select(
            SignInFailure.place_mark, SignInFailure.known, SignInFailure.throttled, SignInFailure.at
        ).where(SignInFailure.name_mark == name, SignInFailure.at > at - throttle.REMEMBERED)
    ).all()
    from_here = [row.at for row in rows if row.place_mark == place.mark and not row.throttled]
    from_anywhere = [row.at for row in rows if not row.known and not row.throttled]
    seconds = math.ceil(throttle.wait(from_here, [] if place.known else from_anywhere, at).total_seconds())
    traced = any(
        row.throttled and row.place_mark == place.mark and row.at > at - _ONE_TRACE_IN for row in rows
    )
    if seconds and not traced:
        _add(provider, name, place, at, throttled=True)
    return seconds


def note(provider: UUID, own_name: str, place: Place, secret: bytes, at: datetime) -> None:
    """Note a wrong password. A name that nobody has is noted alike."""
    _add(provider, _mark(secret, "name", own_name), place, at, throttled=False)


def _add(provider: UUID, name: bytes, place: Place, at: datetime, *, throttled: bool) -> None:
    db.session.add(
        SignInFailure(
            provider_id=provider,
            id=uuid4(),
            name_mark=name,
            place_mark=place.mark,
            known=place.known,
            throttled=throttled,
            at=at,
        )
    )


def _mark(secret: bytes, kind: str, what: str) -> bytes:
    return hmac.digest(secret, f"heed/{kind}/1\n{what}".encode(), "sha256")
