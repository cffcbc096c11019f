"""Making a provider: the organisation, its services, its head row and the key that its phones seal to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, text

from server.domain import sign_in_name
from server.domain.errors import BadInput, Taken
from server.domain.role import Role
from server.extensions import db, work_for
from server.models import Directory, Head, IntakeKey, Provider, Service, Worker
from server.services import worker as workers

HANDLE, JOIN_CODE, PASSWORD_CODE = "handle", "join_code", "password_code"
SERVICE_KINDS = ("homecare", "supported_living", "care_home")
DIVISIONS = ("england-and-wales", "scotland", "northern-ireland")

#: Only one provider is set up at a time, so that two managers cannot both be the first.
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('heed set-up', 0))")


@dataclass(frozen=True)
class NewService:
    """A branch, house or team to begin with. `division` says whose bank holidays count there."""

    name: str
    kind: str
    division: str
    office_number: str
    on_call_number: str
    id: UUID | None = None
    council_number: str = ""


@dataclass(frozen=True)
class NewManager:
    """The first manager: whoever sets the provider up."""

    name: str
    own_name: str
    password: str


def is_set_up_needed() -> bool:
    """Whether there is no provider yet, so that somebody must make the first."""
    return db.session.scalar(select(Directory.name).where(Directory.kind == HANDLE).limit(1)) is None


def set_up(
    *,
    name: str,
    handle: str,
    services: Sequence[NewService],
    manager: NewManager,
    make_intake: Callable[[UUID], tuple[UUID, bytes]],
    at: datetime,
) -> tuple[Provider, Worker]:
    """Make the first provider, with its first manager as registered manager of each service.

    Raises Taken when somebody was first.
    """
    db.session.execute(_ONE_AT_A_TIME)
    if not is_set_up_needed():
        raise Taken("Heed has been set up already. Ask your manager for a join code.")
    provider = make_provider(name=name, handle=handle, services=services, make_intake=make_intake, at=at)
    first = workers.add_worker(
        provider.id, name=manager.name, own_name=manager.own_name, password=manager.password, at=at
    )
    everywhere = db.session.scalars(select(Service.id)).all()
    workers.grant(first.id, Role.REGISTERED_MANAGER, everywhere, provider=provider.id, by=None, at=at)
    return provider, first


def make_provider(
    *,
    name: str,
    handle: str,
    services: Sequence[NewService],
    make_intake: Callable[[UUID], tuple[UUID, bytes]],
    at: datetime,
    demo: bool = False,
    known_as: UUID | None = None,
) -> Provider:
    """Make a provider with these services and nobody in it. From here on the session works for it.

    Raises BadInput for a handle or service that cannot be, Taken for a handle that another provider has.
    """
    handle = sign_in_name.handle(handle)
    _check(services)
    if provider_of(HANDLE, handle):
        raise Taken(f"Another provider is called {handle}. Choose another short name.")
    provider = Provider(
        id=known_as or uuid4(), name=name.strip(), handle=handle, demo=demo, epoch=1, made_at=at
    )
    work_for(provider.id)
    db.session.add(provider)
    db.session.flush()
    key_id, public_key = make_intake(provider.id)
    db.session.add_all(
        [
            Directory(provider_id=provider.id, kind=HANDLE, name=handle),
            Head(provider_id=provider.id, seq=0, chain_hash=bytes(32)),
            IntakeKey(provider_id=provider.id, id=key_id, public_key=public_key, made_at=at),
            *(_service(provider.id, service, at) for service in services),
        ]
    )
    db.session.flush()
    return provider


def provider_of(kind: str, name: str) -> UUID | None:
    """The provider that a handle or the hash of a join code leads to."""
    found = select(Directory.provider_id).where(Directory.kind == kind, Directory.name == name)
    return db.session.scalar(found)


def every_provider() -> list[UUID]:
    """Every provider of this instance. For the jobs' own database role, which may look across."""
    return list(db.session.scalars(select(Provider.id).order_by(Provider.id)))


def provider_row() -> Provider:
    """The provider that this session works for."""
    return db.session.scalars(select(Provider)).one()


def _service(provider: UUID, service: NewService, at: datetime) -> Service:
    return Service(
        provider_id=provider,
        id=service.id or uuid4(),
        name=service.name.strip(),
        kind=service.kind,
        division=service.division,
        office_number=service.office_number.strip(),
        on_call_number=service.on_call_number.strip(),
        council_number=service.council_number.strip(),
        made_at=at,
    )


def _check(services: Sequence[NewService]) -> None:
    if not services:
        raise BadInput("A provider needs at least one service.", {"services": ["Add at least one service."]})
    names = [service.name.strip().casefold() for service in services]
    if len(set(names)) < len(names):
        raise BadInput("Two services have the same name.", {"services": ["Give each service its own name."]})
    for service in services:
        if service.kind not in SERVICE_KINDS or service.division not in DIVISIONS:
            raise BadInput(f"{service.name} is of no kind or division that Heed knows.")
