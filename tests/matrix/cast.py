"""The cast of the permission matrix: every role in every relation to one service, and a phone for each.

The service that everything is written in is Meadow North. Somebody holds their role there, or held it until
yesterday, or will hold it tomorrow; or they hold it in another service of the provider, or there while they are on
call here; or they work for another provider. Each one's name is one word that nobody else has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import update

from server.domain.role import Role
from server.extensions import db, work_for
from server.models import Worker
from server.services.worker import grant
from tests import factories, people
from tests.people import PASSWORD, Phone, Provider
from tests.quick_passwords import KEPT

HERE = "of this service"
ELSEWHERE = "of another service"
BEFORE = "whose role here has ended"
LATER = "whose role here begins tomorrow"
ON_CALL = "of another service who is on call here"
FOREIGN = "of another provider"

#: How a name begins, by relation. A name is one word, so that one concern names one of them.
NAMED_LIKE = {
    HERE: "Hera",
    ELSEWHERE: "Elsa",
    BEFORE: "Bede",
    LATER: "Lata",
    ON_CALL: "Onca",
    FOREIGN: "Fora",
}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Actor:
    """Somebody with one role and one relation to the service."""

    role: Role
    relation: str

    def __str__(self) -> str:
        role = self.role.replace("_", " ")
        return f"{'an' if role[0] in 'aeiou' else 'a'} {role} {self.relation}"

    @property
    def name(self) -> str:
        return NAMED_LIKE[self.relation] + self.role.replace("_", "")

    @property
    def own_name(self) -> str:
        return self.name.lower()


CAST = [Actor(role, relation) for relation in NAMED_LIKE for role in Role]
OURS = [actor for actor in CAST if actor.relation != FOREIGN]


def here(role: Role) -> Actor:
    """Who holds a role in this service."""
    return Actor(role, HERE)


@dataclass(frozen=True)
class Company:
    """The two providers, and everybody's phone."""

    meadow: Provider
    riverside: Provider

    def phone(self, actor: Actor) -> Phone:
        return self.at_home(actor).phone(actor.own_name)

    def id_of(self, actor: Actor) -> UUID:
        return self.at_home(actor).workers[actor.own_name]

    def at_home(self, actor: Actor) -> Provider:
        """The provider that somebody works for."""
        return self.riverside if actor.relation == FOREIGN else self.meadow

    @property
    def north(self) -> UUID:
        return self.meadow.services["north"]


def gather(app: Flask) -> Company:
    """Bring everybody together."""
    company = Company(people.meadow_without_cast(app), people.riverside(app))
    at = datetime.now(UTC)
    for provider, relations in (
        (company.meadow, NAMED_LIKE.keys() - {FOREIGN}),
        (company.riverside, {FOREIGN}),
    ):
        with app.app_context():
            work_for(provider.id)
            for actor in (each for each in CAST if each.relation in relations):
                provider.workers[actor.own_name] = _hired(provider, actor, at)
            # What is asked here is what they may do, not who they are.
            db.session.execute(update(Worker).values(password_hash=KEPT))
            db.session.commit()
    for actor in CAST:
        if actor.relation == ON_CALL:
            factories.put_on_call(app, company.meadow.id, company.north, company.id_of(actor), 1, at)
    return company


def _hired(provider: Provider, actor: Actor, at: datetime) -> UUID:
    long_ago = at - factories.SINCE
    worker = factories.add_worker(provider.id, actor.own_name, actor.name, actor.role, (), PASSWORD, long_ago)
    services = provider.services
    service, since, until = {
        HERE: (services.get("north"), long_ago, None),
        ELSEWHERE: (services.get("house"), long_ago, None),
        BEFORE: (services.get("north"), long_ago, at - DAY),
        LATER: (services.get("north"), at + DAY, None),
        ON_CALL: (services.get("house"), long_ago, None),
        FOREIGN: (services.get("quay"), long_ago, None),
    }[actor.relation]
    assert service is not None
    grant(worker, actor.role, [service], provider=provider.id, by=None, at=since, until=until)
    return worker
