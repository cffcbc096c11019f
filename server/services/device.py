"""Devices: what each last told us of itself, who signs in on it, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from server.domain.errors import NotFound
from server.extensions import ask, db
from server.models import Device, PushSubscription, SigningKey, WorkerSession
from server.services import push_subscription, session

_HEARD_FROM = """
    UPDATE device SET last_seen_at = %(at)s, unsent = %(unsent)s WHERE provider_id = %(provider)s AND id = %(device)s
"""


@dataclass(frozen=True, slots=True)
class OwnDevice:
    """A device that a worker signs in on, and whether they are signed in there now."""

    device: Device
    signed_in: bool


def devices_of_worker(worker: UUID, at: datetime) -> list[OwnDevice]:
    """The devices that a worker has signed in on, the last used first. Those taken back are left out."""
    keys = select(SigningKey.device_id).where(SigningKey.worker_id == worker)
    devices: Sequence[Device] = db.session.scalars(
        select(Device)
        .where(Device.id.in_(keys), Device.revoked_at.is_(None))
        .order_by(Device.last_seen_at.desc().nulls_last(), Device.id)
    ).all()
    live = select(WorkerSession.device_id).where(
        WorkerSession.worker_id == worker,
        WorkerSession.revoked_at.is_(None),
        WorkerSession.idle_until > at,
        WorkerSession.absolute_until > at,
    )
    signed_in = set(db.session.scalars(live))
    return [OwnDevice(device, device.id in signed_in) for device in devices]


def sign_out(worker: UUID, device: UUID, at: datetime) -> None:
    """End a worker's sessions on one of their devices, and tell them there no more.

    Raises NotFound when it is not theirs.
    """
    if all(each.device.id != device for each in devices_of_worker(worker, at)):
        raise NotFound("There is no such device.")
    session.end(at, "signed_out", WorkerSession.worker_id == worker, WorkerSession.device_id == device)
    push_subscription.end(at, PushSubscription.worker_id == worker, PushSubscription.device_id == device)


def revoke(device: UUID, at: datetime) -> None:
    """Take a device back, because it is lost: nobody is signed in there any more, and its keys count no more.

    What it still sends is kept in quarantine.
    """
    session.end(at, "device_revoked", WorkerSession.device_id == device)
    push_subscription.end(at, PushSubscription.device_id == device)
    db.session.execute(
        update(Device).where(Device.id == device, Device.revoked_at.is_(None)).values(revoked_at=at)
    )


def heard_from(provider: UUID, device: UUID, *, at: datetime, unsent: int) -> None:
    """Note when a device was last in touch and how many entries it still holds, by its own word."""
    said = {"provider": provider, "device": device, "at": at, "unsent": unsent}
    ask(_HEARD_FROM, said)


def last_heard(provider: UUID, device: UUID) -> tuple[int, datetime | None]:
    """How many entries a device last said that it still holds, and when it was last in touch."""
    found = db.session.execute(
        select(Device.unsent, Device.last_seen_at).where(Device.provider_id == provider, Device.id == device)
    ).one()
    return found.unsent or 0, found.last_seen_at
