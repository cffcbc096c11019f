"""Who is in the demo: the services, the workers with their roles, and the people who are supported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from server.demo import source
from server.domain.role import Role


@dataclass(frozen=True)
class Service:
    """A branch, house or team, by its short `key`."""

    key: str
    name: str
    kind: str
    division: str
    office_number: str
    on_call_number: str
    council_number: str


@dataclass(frozen=True)
class Worker:
    """Somebody who signs in as `key`@meadow, the device they write on, and how they write."""

    key: str
    name: str
    number: str
    device: str
    roles: Mapping[str, list[Role]]
    #: How far the clock of their phone runs ahead
    skew_seconds: int = 0
    #: How many of their notes in a hundred wait for signal, and how many say nothing
    no_signal: int = 0
    vague: int = 0
    #: They write without capitals and full stops
    plain: bool = False


@dataclass(frozen=True)
class Person:
    """Somebody who is supported. `purse` is what was there before the four weeks began, in pence."""

    key: str
    name: str
    known_as: str
    service: str
    about: str
    money_rule: str | None = None
    money_limit: int | None = None
    purse: int | None = None


@dataclass(frozen=True)
class Cast:
    """Everybody, each by their key."""

    services: Mapping[str, Service]
    workers: Mapping[str, Worker]
    people: Mapping[str, Person] = field(repr=False)


@cache
def cast() -> Cast:
    """The demo's cast."""
    services = {entry["key"]: Service(**entry) for entry in source.read("provider")["service"]}
    workers = {
        key: Worker(key=key, **{**entry, "roles": _roles(entry["roles"])})
        for key, entry in source.read("workers")["worker"].items()
    }
    people = {key: Person(key=key, **entry) for key, entry in source.read("people")["person"].items()}
    return Cast(services, workers, people)


def passphrase() -> str:
    """What everybody in the demo signs in with."""
    return str(source.read("provider")["passphrase"])


def sign_in_names() -> list[str]:
    """Who can sign in, and as what."""
    handle = source.read("provider")["handle"]
    return [
        f"{worker.key}@{handle}: {worker.name}, {_said(worker.roles)}" for worker in cast().workers.values()
    ]


def _said(roles: Mapping[str, list[Role]]) -> str:
    """A worker's roles as one says them."""
    first = dict.fromkeys(role.replace("_", " ") for held in roles.values() for role in held)
    return " and ".join(first)


def _roles(held: Mapping[str, list[str]]) -> dict[str, list[Role]]:
    return {service: [Role(role) for role in roles] for service, roles in held.items()}
