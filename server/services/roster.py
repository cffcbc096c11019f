"""Rosters: reading and replacing who is on call and on shift in a service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update

from server.domain.access import Permission
from server.domain.errors import BadInput, NotFound
from server.domain.roster import Duty, Slot, check_one_at_a_time, check_times, from_now_on
from server.extensions import db
from server.models import OnCall, Service, Shift, Worker
from server.services.worker import demand, roles_of

#: A roster is shown from yesterday on.
BACK = timedelta(days=1)


def on_call(service: UUID, *, by: UUID, at: datetime) -> list[Slot]:
    """Who is on call in a service from yesterday on. Raises NotFound where `by` holds no role."""
    _demand_any_role(by, service, at)
    return [_slot(row) for row in _on_call_rows(service, at - BACK)]


def replace_on_call(
    service: UUID, slots: Sequence[Slot], *, provider: UUID, by: UUID, at: datetime
) -> list[Slot]:
    """Say who is on call from now on; who was on call before stays so.

    Raises NotFound or NotAllowed for who asks, BadInput for slots that cannot be.
    """
    demand(Permission.EDIT_ROSTER, by, service, at)
    _lock(service)
    check_times(slots)
    _demand_workers((slot.worker for slot in slots), at)
    kept = [_slot(row) for row in _on_call_rows(service, at)]
    wanted = [slot for slot in (from_now_on(slot, kept, at) for slot in slots) if slot]
    check_one_at_a_time(wanted)
    begun = {(slot.rank, slot.worker, slot.begin) for slot in wanted if slot.begin < at}
    for row in _on_call_rows(service, at):
        if row.from_at < at and (row.rank, row.worker_id, row.from_at) not in begun:
            row.until_at = at
        else:
            db.session.delete(row)
    db.session.flush()
    db.session.add_all(
        OnCall(
            provider_id=provider,
            id=uuid4(),
            service_id=service,
            worker_id=slot.worker,
            rank=slot.rank,
            number=slot.number,
            from_at=slot.begin,
            until_at=slot.until,
        )
        for slot in wanted
    )
    db.session.flush()
    return on_call(service, by=by, at=at)


def replace_council_number(service: UUID, number: str, *, by: UUID, at: datetime) -> None:
    """Write down the number that is rung when nobody inside is left. Raises NotFound or NotAllowed for who asks."""
    demand(Permission.EDIT_ROSTER, by, service, at)
    _lock(service)
    db.session.execute(update(Service).where(Service.id == service).values(council_number=number.strip()))


def shifts(service: UUID, *, by: UUID, at: datetime) -> list[Duty]:
    """The shifts of a service from yesterday on. Raises NotFound where `by` holds no role."""
    _demand_any_role(by, service, at)
    return [_duty(row) for row in _shift_rows(service, at - BACK)]


def replace_shifts(
    service: UUID, duties: Sequence[Duty], *, provider: UUID, by: UUID, at: datetime
) -> list[Duty]:
    """Say what shifts there are from now on. Shifts that are over stay; one that goes on keeps its id.

    Raises NotFound or NotAllowed for who asks, BadInput for shifts that cannot be.
    """
    demand(Permission.EDIT_ROSTER, by, service, at)
    _lock(service)
    check_times(duties)
    _demand_workers((each for duty in duties for each in duty.workers), at)
    known = {row.id: row for row in _shift_rows(service, at)}
    wanted = [duty for duty in duties if duty.until > at]
    ids = [duty.id for duty in wanted if duty.id]
    if len(set(ids)) < len(ids) or not set(ids) <= known.keys():
        raise BadInput("A shift has an id that this service's shifts do not have, or has it twice.")
    for gone in known.keys() - set(ids):
        if known[gone].from_at < at:
            known[gone].until_at = at
        else:
            db.session.delete(known[gone])
    for duty in wanted:
        if duty.id is None:
            row = Shift(provider_id=provider, id=uuid4(), service_id=service, from_at=duty.begin)
            db.session.add(row)
        else:
            row = known[duty.id]
            row.from_at = duty.begin if row.from_at >= at else row.from_at
        row.until_at, row.worker_ids = duty.until, list(dict.fromkeys(duty.workers))
    db.session.flush()
    return shifts(service, by=by, at=at)


def _demand_any_role(worker: UUID, service: UUID, at: datetime) -> None:
    if service not in roles_of(worker, at):
        raise NotFound("There is no such service.")


def _demand_workers(wanted: Iterable[UUID], at: datetime) -> None:
    """Refuse to put somebody on a roster who does not work here, or no longer."""
    wanted = set(wanted)
    here = set(db.session.scalars(select(Worker.id).where(Worker.id.in_(wanted), Worker.left_at.is_(None))))
    if wanted - here:
        raise BadInput("Somebody on this roster does not work here.", {"worker": ["No such worker."]})


def _lock(service: UUID) -> None:
    """One change of a service's rosters at a time, while entries of that service still come in."""
    db.session.execute(select(Service.id).where(Service.id == service).with_for_update(key_share=True))


def _on_call_rows(service: UUID, since: datetime) -> Sequence[OnCall]:
    rows = select(OnCall).where(OnCall.service_id == service, OnCall.until_at > since)
    return db.session.scalars(rows.order_by(OnCall.from_at, OnCall.rank)).all()


def _shift_rows(service: UUID, since: datetime) -> Sequence[Shift]:
    rows = select(Shift).where(Shift.service_id == service, Shift.until_at > since)
    return db.session.scalars(rows.order_by(Shift.from_at, Shift.id)).all()


def _slot(row: OnCall) -> Slot:
    return Slot(row.rank, row.worker_id, row.number, row.from_at, row.until_at)


def _duty(row: Shift) -> Duty:
    return Duty(row.id, row.from_at, row.until_at, tuple(row.worker_ids))
