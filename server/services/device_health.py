"""The devices of a service: what each last said of itself, and telling managers of those that fell silent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from server.domain.access import MANAGERS, Permission
from server.domain.device_health import (
    SHIFT_LOOKED_BACK,
    SHIFT_SILENT_AFTER,
    Heard,
    Worry,
    is_silent,
    is_stuck,
    shift_is_silent,
    worries,
)
from server.domain.role import Role
from server.extensions import db
from server.models import Device, DeviceReport, PushSubscription, Shift, SigningKey
from server.services.device import heard_from
from server.services.feed import Feed
from server.services.scope import ProviderFacts
from server.services.telling import tell
from server.services.worker import demand

DEVICE_SILENT = (
    "A phone or tablet holds something that was not sent, and has not been in touch. Look who has it."
)
DEVICE_STUCK = "Something on a phone or tablet does not go, although it is in touch. Look who has it."
SHIFT_SILENT = "A shift is over, and nothing was heard from somebody who worked it. Ask them to open Heed."


@dataclass(frozen=True, slots=True)
class Report:
    """What a device says of itself."""

    unsent: int
    oldest_unsent_at: datetime | None
    app_version: str
    storage_kept: bool | None
    alerts: str


@dataclass(frozen=True, slots=True)
class DeviceShown:
    """A device as managers see it."""

    id: UUID
    name: str
    workers: list[tuple[UUID, str]]
    heard: Heard
    app_version: str | None
    alerts: str | None
    worries: list[Worry]


def note_report(device: UUID, report: Report, *, provider: UUID, at: datetime) -> None:
    """Keep what a device says of itself in place of what it said before."""
    said = {
        "at": at,
        "unsent": report.unsent,
        "oldest_unsent_at": report.oldest_unsent_at,
        "app_version": report.app_version,
        "storage_kept": report.storage_kept,
        "alerts": report.alerts,
    }
    db.session.execute(
        insert(DeviceReport)
        .values(provider_id=provider, device_id=device, **said)
        .on_conflict_do_update(index_elements=["provider_id", "device_id"], set_=said)
    )
    heard_from(provider, device, at=at, unsent=report.unsent)


def devices_of(service: UUID, *, by: UUID, at: datetime) -> list[DeviceShown]:
    """The devices of everybody who holds a role in a service, those with worries first.

    Raises NotFound or NotAllowed for who asks.
    """
    demand(Permission.SEE_DEVICES, by, service, at)
    facts = ProviderFacts()
    here = {
        worker for worker in facts.grants if facts.is_here(worker, at) and facts.roles_at(worker, service, at)
    }
    shown = [each for each in _devices(facts, at) if here & each.users]
    return [each.shown(facts, here, at) for each in sorted(shown, key=lambda each: each.order(at))]


def tell_of_silence(provider: UUID, at: datetime) -> int:
    """Tell managers of each device and shift that fell silent, once. Answers how many notices that made."""
    facts = ProviderFacts()
    known = _devices(facts, at)
    news = [*_silent_devices(known, at), *_silent_shifts(known, at)]
    if not news:
        return 0
    feed = Feed(provider)
    told = 0
    for each in news:
        for manager in _managers(facts, each.services(facts, at), at):
            told += tell(
                feed,
                manager,
                about=each.about,
                rule=each.rule,
                version=each.version,
                words=each.words,
                now=at,
            )
    feed.close()
    return told


@dataclass(frozen=True, slots=True)
class _Known:
    """A device with everybody who signs on it."""

    device: Device
    report: DeviceReport | None
    users: set[UUID]
    is_told: bool

    @property
    def heard(self) -> Heard:
        report = self.report
        return Heard(
            last_seen_at=self.device.last_seen_at,
            reported_at=report.at if report else None,
            unsent=self.device.unsent or 0,
            oldest_unsent_at=report.oldest_unsent_at if report else None,
            storage_kept=report.storage_kept if report else None,
            is_told=self.is_told,
        )

    def order(self, at: datetime) -> tuple[int, float]:
        seen = self.device.last_seen_at
        return -len(worries(self.heard, at)), -(seen.timestamp() if seen else 0)

    def shown(self, facts: ProviderFacts, here: set[UUID], at: datetime) -> DeviceShown:
        report = self.report
        return DeviceShown(
            id=self.device.id,
            name=self.device.name,
            workers=sorted(
                ((worker, facts.names[worker]) for worker in self.users & here), key=lambda each: each[1]
            ),
            heard=self.heard,
            app_version=report.app_version if report else None,
            alerts=report.alerts if report else None,
            worries=worries(self.heard, at),
        )


@dataclass(frozen=True, slots=True)
class _News:
    """Something that managers must be told once: `version` makes it another when it happens again."""

    about: str
    rule: str
    version: int
    words: str
    workers: frozenset[UUID]
    service: UUID | None = None

    def services(self, facts: ProviderFacts, at: datetime) -> set[UUID]:
        if self.service is not None:
            return {self.service}
        return {service for worker in self.workers for service in facts.roles_now(worker, at)}


def _devices(facts: ProviderFacts, at: datetime) -> list[_Known]:
    users: Mapping[UUID, set[UUID]] = defaultdict(set)
    keys = select(SigningKey.device_id, SigningKey.worker_id).where(SigningKey.revoked_at.is_(None))
    for device, worker in db.session.execute(keys):
        if facts.is_here(worker, at):
            users[device].add(worker)
    told = set(
        db.session.scalars(
            select(PushSubscription.device_id).where(
                PushSubscription.gone_at.is_(None), PushSubscription.refused_at.is_(None)
            )
        )
    )
    rows = (
        select(Device, DeviceReport)
        .outerjoin(
            DeviceReport,
            (DeviceReport.provider_id == Device.provider_id) & (DeviceReport.device_id == Device.id),
        )
        .where(Device.revoked_at.is_(None))
    )
    return [
        _Known(device, report, users[device.id], device.id in told)
        for device, report in db.session.execute(rows).all()
        if users[device.id]
    ]


def _silent_devices(known: Iterable[_Known], at: datetime) -> Iterable[_News]:
    for each in known:
        heard = each.heard
        about, workers = f"device:{each.device.id}", frozenset(each.users)
        if is_silent(heard, at) and heard.last_seen_at:
            # Heard again and silent again is news again.
            yield _News(about, "device_silent", _minute(heard.last_seen_at), DEVICE_SILENT, workers)
        elif is_stuck(heard) and heard.oldest_unsent_at:
            yield _News(about, "device_stuck", _minute(heard.oldest_unsent_at), DEVICE_STUCK, workers)


def _silent_shifts(known: Iterable[_Known], at: datetime) -> Iterable[_News]:
    seen: dict[UUID, datetime | None] = {}
    for each in known:
        for worker in each.users:
            last, now = seen.get(worker), each.device.last_seen_at
            seen[worker] = max(filter(None, (last, now)), default=None)
    over = select(Shift).where(
        Shift.until_at <= at - SHIFT_SILENT_AFTER, Shift.until_at >= at - SHIFT_LOOKED_BACK
    )
    for shift in db.session.scalars(over):
        for worker in shift.worker_ids:
            # Whoever never signed in on anything writes on somebody else's tablet, or not in Heed.
            if worker in seen and shift_is_silent(shift.until_at, seen[worker], shift.from_at, at):
                about = f"shift:{shift.id}:{worker}"
                yield _News(about, "shift_silent", 1, SHIFT_SILENT, frozenset({worker}), shift.service_id)


def _managers(facts: ProviderFacts, services: Iterable[UUID], at: datetime) -> list[UUID]:
    """Whoever runs these services; where nobody does, whoever answers for the provider."""
    found = {worker for service in services for worker in facts.holders(MANAGERS, service, at)}
    return sorted(found or facts.holders({Role.NOMINATED_INDIVIDUAL}, None, at), key=str)


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60
