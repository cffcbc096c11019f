"""What managers do about the workers of their services: roles, lost phones, and leaving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from server.domain.access import MAY_BE_LEAD, Permission
from server.domain.errors import BadInput, NotAllowed, NotFound
from server.domain.invitation import may_invite
from server.domain.looking_after import may_change, may_reset, may_see
from server.domain.role import Role
from server.extensions import db
from server.models import RoleGrant, Worker
from server.services import device, leaving
from server.services.device import OwnDevice, devices_of_worker
from server.services.role_end import end_roles
from server.services.worker import demand, grant, roles_of

NOT_YOURS = "Only {who} may do this for somebody with that role."
REGISTERED = "the registered manager"
A_LEAD = "another safeguarding lead, the nominated individual or whoever looks after Heed's server"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A worker as a manager of one of their services sees them."""

    worker: Worker
    #: What whoever asks holds in the services that both have, and what the worker holds anywhere.
    asking: frozenset[str]
    theirs: frozenset[str]
    #: Their roles in services where whoever asks holds one.
    grants: tuple[RoleGrant, ...]


def look(provider: UUID, worker: UUID, *, by: UUID, at: datetime) -> Colleague:
    """A worker of a service that `by` looks after. Raises NotFound for anybody else."""
    row = db.session.get(Worker, (provider, worker), with_for_update=True)
    mine = roles_of(by, at)
    grants = select(RoleGrant).where(RoleGrant.worker_id == worker, RoleGrant.service_id.in_(mine))
    shared = tuple(db.session.scalars(grants.order_by(RoleGrant.from_at, RoleGrant.id)))
    asking = {
        role
        for service in _works_in(worker, at) & mine.keys()
        if may_see(mine[service])
        for role in mine[service]
    }
    if row is None or not asking:
        raise NotFound("There is no such worker.")
    theirs = {role for held in roles_of(worker, at).values() for role in held}
    return Colleague(row, frozenset(asking), frozenset(theirs), shared)


def _works_in(worker: UUID, at: datetime) -> set[UUID]:
    """The services where a worker holds a role now or later; those where they once did only when there are none.

    Whoever has moved to another service is looked after there. Otherwise a manager whom they have left behind could
    set their password anew, and read as them what is written where that manager holds no role.
    """
    rows = db.session.execute(
        select(RoleGrant.service_id, RoleGrant.until_at).where(RoleGrant.worker_id == worker)
    ).all()
    here = {service for service, until in rows if until is None or until > at}
    return here or {service for service, _ in rows}


def devices_of(colleague: Colleague, at: datetime) -> list[OwnDevice]:
    """The devices that a colleague signs in on."""
    return devices_of_worker(colleague.worker.id, at)


def give_role(
    provider: UUID,
    worker: UUID,
    *,
    service: UUID,
    role: Role,
    begin: datetime | None,
    until: datetime | None,
    by: UUID,
    at: datetime,
) -> RoleGrant:
    """Give a worker a role in a service, from now or a later moment.

    Raises NotFound for a worker or service that `by` does not look after, NotAllowed for a role that they may not
    give or for oneself, BadInput for times that cannot be and for somebody who has left.
    """
    if worker == by:
        raise NotAllowed("Nobody gives a role to themselves. Ask another manager.")
    colleague = look(provider, worker, by=by, at=at)
    roles = demand(Permission.LOOK_AFTER_WORKER, by, service, at)
    if not may_invite(roles, role):
        raise NotAllowed("Only the registered manager may give that role.")
    if colleague.worker.left_at is not None:
        raise BadInput("They have left. Invite them anew with a join code.")
    starts = begin or at
    if starts < at or (until is not None and until <= starts):
        raise BadInput(
            "A role begins now or later, and ends after it began.", {"until": ["Choose a later day."]}
        )
    if starts > at and role in MAY_BE_LEAD:
        words = "Give this role on the day when it begins."
        raise BadInput("This role opens what is restricted, so it begins at once.", {"from": [words]})
    [given] = grant(worker, role, [service], provider=provider, by=by, at=at, until=until)
    given.from_at = starts
    db.session.flush()
    return given


def end_role(provider: UUID, worker: UUID, role_grant: UUID, *, by: UUID, at: datetime) -> None:
    """End a role that a worker holds in a service that `by` looks after. Ending it again changes nothing.

    Raises NotFound or NotAllowed as `give_role` does.
    """
    colleague = look(provider, worker, by=by, at=at)
    found = [each for each in colleague.grants if each.id == role_grant]
    if not found:
        raise NotFound("There is no such role.")
    roles = demand(Permission.LOOK_AFTER_WORKER, by, found[0].service_id, at)
    if worker == by or not may_invite(roles, Role(found[0].role)):
        raise NotAllowed(NOT_YOURS.format(who=REGISTERED))
    end_roles(provider, worker, [role_grant], at)


def revoke_device(provider: UUID, worker: UUID, lost: UUID, *, by: UUID, at: datetime) -> None:
    """Take back a worker's lost phone, for everybody who signs in on it.

    Raises NotFound for a device that is not theirs, NotAllowed for somebody whom `by` may not change.
    """
    colleague = look(provider, worker, by=by, at=at)
    if all(each.device.id != lost for each in devices_of(colleague, at)):
        raise NotFound("There is no such device.")
    if worker != by and not may_change(colleague.asking, colleague.theirs):
        raise NotAllowed(NOT_YOURS.format(who=REGISTERED))
    device.revoke(lost, at)


def let_leave(provider: UUID, worker: UUID, *, by: UUID, at: datetime) -> None:
    """Note that a worker has left. Raises NotFound or NotAllowed; nobody leaves by their own hand."""
    colleague = look(provider, worker, by=by, at=at)
    if worker == by or not may_change(colleague.asking, colleague.theirs):
        raise NotAllowed(NOT_YOURS.format(who=f"{REGISTERED}, and not for themselves,"))
    if colleague.worker.left_at is None:
        leaving.leave(provider, worker, at)


def demand_reset(provider: UUID, worker: UUID, *, by: UUID, at: datetime) -> Worker:
    """The worker, when `by` may make a code for a new password of theirs. Raises NotFound or NotAllowed."""
    colleague = look(provider, worker, by=by, at=at)
    if worker == by:
        raise NotAllowed("Change your own passphrase with the one that you have.")
    if not may_reset(colleague.asking, colleague.theirs):
        raise NotAllowed(NOT_YOURS.format(who=A_LEAD))
    if colleague.worker.left_at is not None:
        raise NotFound("There is no such worker.")
    return colleague.worker
