"""The demo's provider before anybody has written anything: services, workers, people, devices, rosters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from server.demo import source
from server.demo.cast import Cast, Worker, cast, passphrase
from server.demo.clock import DAYS, LONDON, Clock
from server.demo.phone import Phones, device_id, signing_key_id
from server.demo.seed import Seed
from server.extensions import db
from server.models import Device, OnCall, Person, RoleGrant, Shift, SigningKey
from server.models import Worker as WorkerRow
from server.services import provider as providers
from server.services.password import kept_password

#: Everybody has been here for a while when the story begins.
LONG_AGO = timedelta(days=180)
#: The rosters reach this far ahead, so that somebody is on call in a demo that was loaded some days ago.
AHEAD = timedelta(days=56)
WEEK = timedelta(days=7)

MakeIntake = Callable[[UUID], tuple[UUID, bytes]]


def build(clock: Clock, seed: Seed, phones: Phones, make_intake: MakeIntake) -> UUID:
    """Make the provider with everybody in it, and work for it from here on. Answers its id."""
    everybody, since = cast(), clock.now - LONG_AGO
    about = source.read("provider")
    provider = providers.make_provider(
        name=about["name"],
        handle=about["handle"],
        services=[
            providers.NewService(
                each.name, each.kind, each.division, each.office_number, each.on_call_number,
                seed.id_for(f"service/{each.key}"), each.council_number,
            )
            for each in everybody.services.values()
        ],
        make_intake=make_intake,
        at=since,
        demo=True,
        known_as=seed.id_for("provider"),
    )  # fmt: skip
    _take_on(provider.id, everybody, since, seed, phones)
    _welcome(provider.id, everybody, since, seed)
    _put_on_call(provider.id, everybody, clock, seed)
    _put_on_shift(provider.id, clock, seed)
    db.session.flush()
    return provider.id


def _take_on(provider: UUID, everybody: Cast, since: datetime, seed: Seed, phones: Phones) -> None:
    """Workers with their roles, devices and keys. Nothing is written yet that a role would open."""
    kept = kept_password(passphrase())
    workers = everybody.workers.values()
    db.session.add_all(_worker(provider, each, kept, since, seed) for each in workers)
    devices = dict.fromkeys(each.device for each in workers)
    db.session.add_all(
        Device(provider_id=provider, id=device_id(seed, name), name=name, made_at=since) for name in devices
    )
    db.session.flush()
    for each in workers:
        db.session.add(
            SigningKey(
                provider_id=provider,
                id=signing_key_id(seed, each.key),
                worker_id=seed.id_for(f"worker/{each.key}"),
                device_id=device_id(seed, each.device),
                public_key=phones.point(each),
                made_at=since,
            )
        )
        db.session.add_all(
            RoleGrant(
                provider_id=provider,
                id=seed.id_for(f"role/{each.key}/{service}/{role}"),
                worker_id=seed.id_for(f"worker/{each.key}"),
                service_id=seed.id_for(f"service/{service}"),
                role=str(role),
                from_at=since,
            )
            for service, roles in each.roles.items()
            for role in roles
        )


def _worker(provider: UUID, worker: Worker, kept: str, since: datetime, seed: Seed) -> WorkerRow:
    return WorkerRow(
        provider_id=provider,
        id=seed.id_for(f"worker/{worker.key}"),
        name=worker.name,
        sign_in_name=worker.key,
        password_hash=kept,
        joined_at=since,
    )


def _welcome(provider: UUID, everybody: Cast, since: datetime, seed: Seed) -> None:
    db.session.add_all(
        Person(
            provider_id=provider,
            id=seed.id_for(f"person/{each.key}"),
            service_id=seed.id_for(f"service/{each.service}"),
            name=each.name,
            known_as=each.known_as,
            money_rule=each.money_rule,
            money_limit=each.money_limit,
            made_at=since,
        )
        for each in everybody.people.values()
    )


def _put_on_call(provider: UUID, everybody: Cast, clock: Clock, seed: Seed) -> None:
    """The pairs take turns by the week; the first pair has the week that holds now."""
    monday = clock.today - timedelta(days=clock.today.weekday())
    this_week = datetime.combine(monday, time(8), LONDON)
    if clock.now < this_week:
        this_week -= WEEK
    for roster in source.read("provider")["on_call"]:
        for number in range(-5, AHEAD // WEEK):
            pair = roster["weeks"][number % len(roster["weeks"])]
            begin, until = this_week + WEEK * number, this_week + WEEK * (number + 1)
            db.session.add_all(
                OnCall(
                    provider_id=provider,
                    id=seed.id_for(f"on call/{roster['service']}/{begin:%Y-%m-%d}/{rank}"),
                    service_id=seed.id_for(f"service/{roster['service']}"),
                    worker_id=seed.id_for(f"worker/{key}"),
                    rank=rank,
                    number=everybody.workers[key].number,
                    from_at=begin.astimezone(UTC),
                    until_at=until.astimezone(UTC),
                )
                for rank, key in enumerate(pair, start=1)
            )


def _put_on_shift(provider: UUID, clock: Clock, seed: Seed) -> None:
    for shift in source.read("provider")["shift"]:
        for day in range(DAYS + 1, -AHEAD.days, -1):
            begin, until = clock.moment(day, shift["from"]), clock.moment(day, shift["until"])
            if until <= begin:
                until = clock.moment(day - 1, shift["until"])
            team = shift["teams"][begin.toordinal() % len(shift["teams"])]
            db.session.add(
                Shift(
                    provider_id=provider,
                    id=seed.id_for(f"shift/{shift['service']}/{begin:%Y-%m-%dT%H:%M}"),
                    service_id=seed.id_for(f"service/{shift['service']}"),
                    from_at=begin.astimezone(UTC),
                    until_at=until.astimezone(UTC),
                    worker_ids=[seed.id_for(f"worker/{key}") for key in team],
                )
            )
