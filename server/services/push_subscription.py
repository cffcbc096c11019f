"""Push subscriptions: where a worker's device can be told. One for each worker on each device."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.dialects.postgresql import insert

from server.domain.push_endpoint import AUTH_BYTES, bytes_of, check_endpoint
from server.extensions import db
from server.models import PushSubscription


def subscribe(
    *,
    provider: UUID,
    worker: UUID,
    device: UUID,
    endpoint: str,
    p256dh: str,
    auth: str,
    push_hosts: Collection[str],
    at: datetime,
) -> None:
    """Tell this worker on this device from now on, at this endpoint and at no earlier one.

    An endpoint is one browser: whoever else was told there is so no longer. Raises BadInput for an endpoint
    that is no push service and for keys that are none.
    """
    check_endpoint(endpoint, push_hosts)
    bytes_of(auth, AUTH_BYTES, "keys.auth")
    db.session.execute(
        update(PushSubscription)
        .where(
            PushSubscription.endpoint == endpoint,
            PushSubscription.worker_id != worker,
            PushSubscription.gone_at.is_(None),
        )
        .values(gone_at=at)
    )
    row = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth, "made_at": at}
    row |= {"gone_at": None, "refused_at": None}
    db.session.execute(
        insert(PushSubscription)
        .values(provider_id=provider, id=uuid4(), worker_id=worker, device_id=device, **row)
        .on_conflict_do_update(index_elements=["provider_id", "device_id", "worker_id"], set_=row)
    )


def unsubscribe(*, worker: UUID, endpoint: str, at: datetime) -> None:
    """Do not tell this worker at this endpoint any more."""
    db.session.execute(
        update(PushSubscription)
        .where(
            PushSubscription.worker_id == worker,
            PushSubscription.endpoint == endpoint,
            PushSubscription.gone_at.is_(None),
        )
        .values(gone_at=at)
    )


def end(at: datetime, *which: ColumnElement[bool]) -> None:
    """Tell nobody any more at the subscriptions that these conditions name."""
    db.session.execute(
        update(PushSubscription).where(PushSubscription.gone_at.is_(None), *which).values(gone_at=at)
    )


def told(workers: Iterable[UUID]) -> set[UUID]:
    """Those of these workers who have a device that can be told, and whose push service took the last push."""
    working = select(PushSubscription.worker_id).where(
        PushSubscription.worker_id.in_(set(workers)),
        PushSubscription.gone_at.is_(None),
        PushSubscription.refused_at.is_(None),
    )
    return set(db.session.scalars(working))
