"""Every way to change rows that SQLAlchemy and its driver offer, tried by somebody who works for one provider.

Each tries to change, add or remove what belongs to another provider, and may be refused at any step.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, literal, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, make_transient_to_detached

from server.models import OnCall, Person, Service
from tests.walls.two_providers import TwoProviders

Write = Callable[[Session, TwoProviders], object]
WRITES: dict[str, Write] = {}

PEOPLE, SLOTS = Person.__table__, OnCall.__table__
TAKEN = "Taken over"


def write(claim: str) -> Callable[[Write], Write]:
    """Put a way to change something under its claim."""

    def keep(way: Write) -> Write:
        WRITES[claim] = way
        return way

    return keep


def new_person(two: TwoProviders) -> dict[str, Any]:
    """Somebody who would be supported by the other provider."""
    return {
        "provider_id": two.away,
        "id": uuid4(),
        "service_id": two.away_service,
        "name": TAKEN,
        "known_as": TAKEN,
        "made_at": datetime.now(UTC),
    }


@write("a new row")
def _(session: Session, two: TwoProviders) -> object:
    session.add(Person(**new_person(two)))
    return session.flush()


@write("new rows, saved together")
def _(session: Session, two: TwoProviders) -> object:
    return session.bulk_save_objects([Person(**new_person(two)), Person(**new_person(two))])


@write("new rows from dictionaries, in the old style")
def _(session: Session, two: TwoProviders) -> object:
    return session.bulk_insert_mappings(Person, [new_person(two), new_person(two)])


@write("new rows from dictionaries")
def _(session: Session, two: TwoProviders) -> object:
    return session.execute(insert(Person), [new_person(two), new_person(two)])


@write("a new row from values")
def _(session: Session, two: TwoProviders) -> object:
    return session.execute(insert(Person).values(**new_person(two)))


@write("a new row from a query")
def _(session: Session, two: TwoProviders) -> object:
    names = ["provider_id", "id", "service_id", "name", "known_as", "made_at"]
    said = select(*(literal(value, PEOPLE.c[name].type) for name, value in new_person(two).items()))
    return session.execute(insert(Person).from_select(names, said))


@write("a new row on the table")
def _(session: Session, two: TwoProviders) -> object:
    return session.execute(PEOPLE.insert().values(**new_person(two)))


@write("a new row in the place of a foreign one")
def _(session: Session, two: TwoProviders) -> object:
    said = upsert(Person).values(**(new_person(two) | {"id": two.away_person}))
    return session.execute(
        said.on_conflict_do_update(index_elements=["provider_id", "id"], set_={"name": TAKEN})
    )


@write("a new row in words")
def _(session: Session, two: TwoProviders) -> object:
    return session.execute(
        text("""
            INSERT INTO person (provider_id, id, service_id, name, known_as, made_at)
            VALUES (:provider_id, :id, :service_id, :name, :known_as, :made_at)
        """),
        new_person(two),
    )


@write("copying rows in")
def _(session: Session, two: TwoProviders) -> object:
    driver = session.connection().connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy("COPY person (provider_id, id, service_id, name, known_as, made_at) FROM STDIN") as rows,
    ):
        return rows.write_row(list(new_person(two).values()))


@write("merging a row that somebody made up")
def _(session: Session, two: TwoProviders) -> object:
    session.merge(Person(**(new_person(two) | {"id": two.away_person})))
    return session.flush()


@write("changing a row that somebody made up")
def _(session: Session, two: TwoProviders) -> object:
    made_up = Person(provider_id=two.away, id=two.away_person)
    make_transient_to_detached(made_up)
    session.add(made_up)
    made_up.name = TAKEN
    return session.flush()


@write("deleting a row that somebody made up")
def _(session: Session, two: TwoProviders) -> object:
    made_up = OnCall(provider_id=two.away, id=two.away_slot)
    make_transient_to_detached(made_up)
    session.add(made_up)
    session.delete(made_up)
    return session.flush()


@write("moving one's own row to another provider")
def _(session: Session, two: TwoProviders) -> object:
    mine = session.get_one(OnCall, (two.home, two.home_slot))
    mine.provider_id, mine.service_id, mine.worker_id = two.away, two.away_service, two.away_worker
    return session.flush()


@write("moving one's own rows to another provider, all at once")
def _(session: Session, two: TwoProviders) -> object:
    moved = {"provider_id": two.away, "service_id": two.away_service, "worker_id": two.away_worker}
    return session.execute(update(OnCall).where(OnCall.id == two.home_slot).values(moved))


@write("moving one's own rows to another provider, on the table")
def _(session: Session, two: TwoProviders) -> object:
    moved = {"provider_id": two.away, "service_id": two.away_service, "worker_id": two.away_worker}
    return session.execute(SLOTS.update().where(SLOTS.c.id == two.home_slot).values(moved))


@write("changing many rows")
def _(session: Session, _: TwoProviders) -> object:
    return session.execute(update(Person).values(name=TAKEN))


@write("changing many rows, in the old style")
def _(session: Session, two: TwoProviders) -> object:
    return session.query(Person).filter(Person.provider_id == two.away).update({"name": TAKEN})


@write("changing rows by their keys")
def _(session: Session, two: TwoProviders) -> object:
    return session.execute(update(Person), [{"provider_id": two.away, "id": two.away_person, "name": TAKEN}])


@write("changing rows by their keys, in the old style")
def _(session: Session, two: TwoProviders) -> object:
    return session.bulk_update_mappings(
        Person, [{"provider_id": two.away, "id": two.away_person, "name": TAKEN}]
    )


@write("changing rows because of others")
def _(session: Session, _: TwoProviders) -> object:
    return session.execute(update(Person).where(Person.made_at <= Service.made_at).values(name=TAKEN))


@write("changing rows on the table")
def _(session: Session, _: TwoProviders) -> object:
    return session.execute(PEOPLE.update().values(name=TAKEN))


@write("changing rows in words")
def _(session: Session, _: TwoProviders) -> object:
    return session.execute(text("UPDATE person SET name = 'Taken over'"))


@write("deleting many rows")
def _(session: Session, _: TwoProviders) -> object:
    return session.execute(delete(OnCall))


@write("deleting many rows, in the old style")
def _(session: Session, two: TwoProviders) -> object:
    return session.query(OnCall).filter(OnCall.provider_id == two.away).delete()


@write("deleting rows on the table")
def _(session: Session, _: TwoProviders) -> object:
    return session.execute(SLOTS.delete())


@write("deleting rows in words")
def _(session: Session, _: TwoProviders) -> object:
    return session.execute(text("DELETE FROM on_call"))


@write("emptying a table")
def _(session: Session, _: TwoProviders) -> object:
    return session.execute(text("TRUNCATE on_call"))


@write("changing rows on the session's connection")
def _(session: Session, _: TwoProviders) -> object:
    return session.connection().execute(update(Person).values(name=TAKEN))


@write("changing rows on the driver's connection")
def _(session: Session, _: TwoProviders) -> object:
    return session.connection().connection.driver_connection.execute("UPDATE person SET name = 'Taken over'")


@write("changing rows after a rollback")
def _(session: Session, _: TwoProviders) -> object:
    session.rollback()
    return session.execute(PEOPLE.update().values(name=TAKEN))


@write("changing rows after a commit")
def _(session: Session, _: TwoProviders) -> object:
    session.commit()
    return session.execute(PEOPLE.update().values(name=TAKEN))


@write("changing rows after an error in a savepoint")
def _(session: Session, _: TwoProviders) -> object:
    with suppress(DBAPIError), session.begin_nested():
        session.execute(text("SELECT 1 / 0"))
    return session.execute(PEOPLE.update().values(name=TAKEN))


@write("changing rows in a savepoint")
def _(session: Session, _: TwoProviders) -> object:
    with session.begin_nested():
        return session.execute(PEOPLE.update().values(name=TAKEN))


@write("changing rows in a session that others used before")
def _(session: Session, two: TwoProviders) -> object:
    two.others_work(session)
    return session.execute(PEOPLE.update().values(name=TAKEN))
