"""Every way to read rows that SQLAlchemy and its driver offer, tried by somebody who works for one provider.

Each answers the ids that it came by. A way stands under the claim that it proves when none of them is foreign.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select, text, union_all
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased, joinedload, make_transient_to_detached, selectinload

from server.models import Person, Service
from tests.walls.careless import CarelessService
from tests.walls.two_providers import TwoProviders

Read = Callable[[Session, TwoProviders], Iterable[Any]]
READS: dict[str, Read] = {}

PEOPLE = Person.__table__


def read(claim: str) -> Callable[[Read], Read]:
    """Put a way to read under its claim."""

    def keep(way: Read) -> Read:
        READS[claim] = way
        return way

    return keep


@read("a query for rows")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    return [person.id for person in session.scalars(select(Person))]


@read("a query for columns")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    return session.scalars(select(Person.id))


@read("a query in the old style")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    return [person.id for person in session.query(Person)]


@read("a row by its key")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    found = session.get(Person, (two.away, two.away_person))
    return [found.id] if found else []


@read("a row by its key, locked")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    found = session.get(Person, (two.away, two.away_person), with_for_update=True)
    return [found.id] if found else []


@read("rows asked for by a foreign id")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    return session.scalars(select(Person.id).where(Person.id == two.away_person))


@read("rows that are locked for a change")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    return [person.id for person in session.scalars(select(Person).with_for_update())]


@read("refreshing a row that somebody made up")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    made_up = _made_up(session, two)
    session.refresh(made_up)
    return [made_up.id] if made_up.name else []


@read("a column that is fetched when it is first looked at")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    made_up = _made_up(session, two)
    return [made_up.id] if made_up.name else []


@read("a careless relationship, fetched when it is first looked at")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    service = session.scalars(select(CarelessService).where(CarelessService.id == two.home_service)).one()
    return [person.id for person in service.people]


@read("a careless relationship, fetched along in the same query")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    asked = select(CarelessService).where(CarelessService.id == two.home_service)
    service = session.scalars(asked.options(joinedload(CarelessService.people))).unique().one()
    return [person.id for person in service.people]


@read("a careless relationship, fetched along in a second query")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    asked = select(CarelessService).where(CarelessService.id == two.home_service)
    service = session.scalars(asked.options(selectinload(CarelessService.people))).one()
    return [person.id for person in service.people]


@read("a join without a condition")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    other = aliased(Person)
    return session.scalars(select(other.id).select_from(Service).join(other, Service.name != other.name))


@read("a join of a table with itself")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    one, other = aliased(Person), aliased(Person)
    return session.scalars(select(other.id).join(one, one.id != other.id).where(one.id == two.home_person))


@read("a subquery to select from")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    inner = select(Person.id, Person.name).subquery()
    return session.scalars(select(inner.c.id))


@read("a subquery to compare with")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    inner = select(Person.id).where(Person.id == two.away_person).scalar_subquery()
    return [each for each in session.scalars(select(inner)) if each]


@read("the question whether something exists")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    there = session.scalar(select(exists().where(Person.id == two.away_person)))
    return [two.away_person] if there else []


@read("the question whether something exists, beside rows of one's own")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    other = aliased(Person)
    there = select(Service.id).where(exists(select(other.id).where(other.id == two.away_person)))
    return [two.away_person] if session.scalars(there).first() else []


@read("a count")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    more = session.scalar(select(func.count()).select_from(Person)) - two.home_people
    return [two.away_person] * more


@read("a union")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    return session.scalars(union_all(select(Person.id), select(Person.id)))


@read("a common table expression")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    found = select(Person.id).cte("found")
    return session.scalars(select(found.c.id))


@read("a streamed result")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    asked = select(Person).execution_options(yield_per=1)
    return [person.id for person in session.scalars(asked)]


@read("a query on the table")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    return session.scalars(select(PEOPLE.c.id))


@read("a query in words")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    return session.scalars(text("SELECT id FROM person"))


@read("rows made from a query in words")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    return [
        person.id for person in session.scalars(select(Person).from_statement(text("SELECT * FROM person")))
    ]


@read("the connection of the session")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    return session.connection().execute(select(Person.id)).scalars()


@read("the driver's connection")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    driver = session.connection().connection.driver_connection
    return [row[0] for row in driver.execute("SELECT id FROM person")]


@read("the driver's cursor in the database")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    driver = session.connection().connection.driver_connection
    with driver.cursor("wall") as cursor:
        return [row[0] for row in cursor.execute("SELECT id FROM person")]


@read("copying a table out")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    driver = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy("COPY person (id) TO STDOUT") as rows:
        return [UUID(row[0]) for row in rows.rows()]


@read("the planner's statistics")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    seen = session.scalars(text("SELECT histogram_bounds::text FROM pg_stats WHERE tablename = 'person'"))
    return [two.away_person] if any(seen) else []


@read("a connection from the pool that nobody works with")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    session.rollback()
    with session.get_bind(Person).connect() as connection:
        return list(connection.execute(text("SELECT id FROM person")).scalars())


@read("a session after a rollback")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    session.rollback()
    return [*session.scalars(select(Person.id)), *session.scalars(select(PEOPLE.c.id))]


@read("a session after an error")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    with suppress(DBAPIError):
        session.execute(text("SELECT 1 / 0"))
    session.rollback()
    return [*session.scalars(select(Person.id)), *session.scalars(select(PEOPLE.c.id))]


@read("a session after a commit")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    session.commit()
    return [*session.scalars(select(Person.id)), *session.scalars(select(PEOPLE.c.id))]


@read("a savepoint")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    with session.begin_nested():
        return [*session.scalars(select(Person.id)), *session.scalars(select(PEOPLE.c.id))]


@read("a session after an error in a savepoint")
def _(session: Session, _: TwoProviders) -> Iterable[Any]:
    with suppress(DBAPIError), session.begin_nested():
        session.execute(text("SELECT 1 / 0"))
    return [*session.scalars(select(Person.id)), *session.scalars(select(PEOPLE.c.id))]


@read("a session that others used before")
def _(session: Session, two: TwoProviders) -> Iterable[Any]:
    two.others_work(session)
    return [*session.scalars(select(Person.id)), *session.scalars(select(PEOPLE.c.id))]


def _made_up(session: Session, two: TwoProviders) -> Person:
    """A row that the session takes for one that it has read."""
    made_up = Person(provider_id=two.away, id=two.away_person)
    make_transient_to_detached(made_up)
    session.add(made_up)
    return made_up
