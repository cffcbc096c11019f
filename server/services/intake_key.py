"""The keys that phones seal to: which a provider has, whether their private halves are here, and a new one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from server.domain.errors import DomainError
from server.extensions import db, work_for
from server.models import Directory, IntakeKey
from server.services.provider import HANDLE


class KeysElsewhere(DomainError):
    """The keys folder is not the one that belongs to this database."""


def demand_intake_keys(public_half: Callable[[UUID, UUID], bytes]) -> None:
    """Refuse to serve without the keys that open what phones have sealed.

    `public_half` answers the public half of a private key that is kept here. A database that was brought back
    without its keys would take entries from phones and be able to read none of them.
    Raises KeysElsewhere, naming the provider and the key whose private half is missing or another.
    """
    known = select(Directory.name, Directory.provider_id).where(Directory.kind == HANDLE)
    for handle, provider in db.session.execute(known.order_by(Directory.name)).all():
        work_for(provider)
        for key in db.session.scalars(select(IntakeKey).order_by(IntakeKey.made_at)):
            if public_half(provider, key.id) != key.public_key:
                raise KeysElsewhere(
                    f"The intake key {key.id} of {handle} is not the one that its phones seal to. "
                    "Bring the keys folder that belongs to this database back from its backup."
                )


def change_intake_key(
    provider: UUID, make_intake: Callable[[UUID], tuple[UUID, bytes]], at: datetime
) -> UUID:
    """Give a provider a new key to seal to. The old ones stay, for what was sealed to them and not sent yet."""
    key_id, public_key = make_intake(provider)
    db.session.execute(update(IntakeKey).where(IntakeKey.retired_at.is_(None)).values(retired_at=at))
    db.session.add(IntakeKey(provider_id=provider, id=key_id, public_key=public_key, made_at=at))
    db.session.flush()
    return key_id
