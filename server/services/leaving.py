"""Leaving: somebody works here no more. They are shut out at once, and nothing that they wrote is lost."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import any_, delete, literal, select, update

from server.extensions import db
from server.models import OnCall, PushSubscription, Shift, Worker, WorkerSession
from server.services import push_subscription, session
from server.services.role_end import end_roles


def leave(provider: UUID, worker: UUID, at: datetime) -> None:
    """End somebody's sessions, roles and turns on the rosters.

    Their signing keys stay known: what their phone still holds is kept in quarantine, where somebody reads it.
    """
    session.end(at, "left", WorkerSession.worker_id == worker)
    push_subscription.end(at, PushSubscription.worker_id == worker)
    db.session.execute(update(Worker).where(Worker.id == worker).values(left_at=at))
    _off_the_rosters(worker, at)
    end_roles(provider, worker, None, at)


def _off_the_rosters(worker: UUID, at: datetime) -> None:
    # An empty slot is seen and filled; one with somebody who is gone would be silence.
    db.session.execute(delete(OnCall).where(OnCall.worker_id == worker, OnCall.from_at >= at))
    begun = update(OnCall).where(OnCall.worker_id == worker, OnCall.until_at > at)
    db.session.execute(begun.values(until_at=at))
    coming = select(Shift).where(literal(worker) == any_(Shift.worker_ids), Shift.from_at >= at)
    for shift in db.session.scalars(coming):
        shift.worker_ids = [each for each in shift.worker_ids if each != worker]
