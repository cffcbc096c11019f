"""Whatever way somebody takes to the database, they reach no other provider: 0 foreign rows read, 0 changed.

Each way is tried three times: with both walls, with the database's alone, and with the application's alone. The last
says honestly which ways it does not hold; tests/walls/test_ways_past.py keeps these out of Heed's own code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask import Flask
from psycopg import Error as DriverError
from sqlalchemy import text
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from sqlalchemy.orm import Session

from server.app import create_app
from server.config import Config
from server.extensions import NoProvider, db, work_for
from tests import factories, people
from tests.walls.reads import READS
from tests.walls.two_providers import TwoProviders, UnscopedSession
from tests.walls.writes import WRITES

#: With row-level security out of the way these reach another provider: nobody can say for whom words are meant, and
#: what goes straight to a connection passes our session by.
NOT_HELD_BY_THE_FIRST_WALL = {
    "a query in words",
    "rows made from a query in words",
    "the connection of the session",
    "the driver's connection",
    "the driver's cursor in the database",
    "copying a table out",
    "a connection from the pool that nobody works with",
    "new rows, saved together",
    "new rows from dictionaries, in the old style",
    "a new row in words",
    "copying rows in",
    "changing rows by their keys, in the old style",
    "changing rows in words",
    "deleting rows in words",
    "emptying a table",
    "changing rows on the session's connection",
    "changing rows on the driver's connection",
}

#: All that the other provider has in what the ways try to reach. Read by the superuser, whom no wall holds.
FOREIGN = text("""
    SELECT (SELECT array_agg(to_jsonb(person) ORDER BY id) FROM person WHERE provider_id = :away)
        || (SELECT array_agg(to_jsonb(on_call) ORDER BY id) FROM on_call WHERE provider_id = :away)
""")


@pytest.fixture(scope="module")
def address(copy_of_template: Callable[[], str]) -> str:
    return copy_of_template()


@pytest.fixture(scope="module")
def heed(address: str, config_for: Callable[..., Config]) -> Iterator[Flask]:
    """Heed as it serves."""
    yield from served(create_app(config_for(address)))


@pytest.fixture(scope="module")
def without_second_wall(address: str, config_for: Callable[..., Config]) -> Iterator[Flask]:
    """Heed as a superuser, whom row-level security does not hold."""
    yield from served(create_app(config_for(address), role="none"))


@pytest.fixture(scope="module")
def two(heed: Flask) -> TwoProviders:
    meadow, riverside = people.meadow(heed), people.riverside(heed)
    now = datetime.now(UTC)
    slots = [
        factories.put_on_call(heed, each.id, each.services[service], each.workers[worker], 1, now)
        for each, service, worker in ((meadow, "north", "hana"), (riverside, "quay", "dev"))
    ]
    return TwoProviders.of(meadow, riverside, *slots)


def served(app: Flask) -> Iterator[Flask]:
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def both_walls(app: Flask, two: TwoProviders) -> Iterator[Session]:
    """The session that Heed works with."""
    with app.app_context():
        work_for(two.home)
        yield db.session()
        db.session.rollback()


@contextmanager
def second_wall(app: Flask, two: TwoProviders) -> Iterator[Session]:
    """A session that scopes nothing: only row-level security stands."""
    with app.app_context(), UnscopedSession(db) as session:
        session.info["provider"] = two.home
        yield session
        session.rollback()


def test_there_are_at_least_the_twenty_seven_ways_that_people_know(heed: Flask):
    assert len(READS) + len(WRITES) >= 27 * 2
    assert NOT_HELD_BY_THE_FIRST_WALL - READS.keys() - WRITES.keys() == set()


@pytest.mark.parametrize("way", READS)
def test_both_walls_keep_foreign_rows_from(heed: Flask, two: TwoProviders, way: str):
    with both_walls(heed, two) as session:
        assert foreign_read(session, two, way) == 0


@pytest.mark.parametrize("way", READS)
def test_row_level_security_alone_keeps_foreign_rows_from(heed: Flask, two: TwoProviders, way: str):
    with second_wall(heed, two) as session:
        assert foreign_read(session, two, way) == 0


@pytest.mark.parametrize("way", READS)
def test_scoping_alone_keeps_foreign_rows_from(without_second_wall: Flask, two: TwoProviders, way: str):
    with both_walls(without_second_wall, two) as session:
        assert (foreign_read(session, two, way) > 0) == (way in NOT_HELD_BY_THE_FIRST_WALL)


@pytest.mark.parametrize("way", WRITES)
def test_both_walls_leave_foreign_rows_as_they_are_for(heed: Flask, two: TwoProviders, way: str):
    with both_walls(heed, two) as session:
        assert not changes_foreign(session, two, way)


@pytest.mark.parametrize("way", WRITES)
def test_row_level_security_alone_leaves_foreign_rows_as_they_are_for(
    heed: Flask, two: TwoProviders, way: str
):
    with second_wall(heed, two) as session:
        assert not changes_foreign(session, two, way)


@pytest.mark.parametrize("way", WRITES)
def test_scoping_alone_leaves_foreign_rows_as_they_are_for(
    without_second_wall: Flask, two: TwoProviders, way: str
):
    with both_walls(without_second_wall, two) as session:
        assert changes_foreign(session, two, way) == (way in NOT_HELD_BY_THE_FIRST_WALL)


def foreign_read(session: Session, two: TwoProviders, way: str) -> int:
    """How many foreign rows a way comes by. To be refused is to come by none."""
    try:
        return [*READS[way](session, two)].count(two.away_person)
    except (NoProvider, SQLAlchemyError, DriverError):
        return 0


def changes_foreign(session: Session, two: TwoProviders, way: str) -> bool:
    """Does a way change anything of the other provider's? It is looked at before the commit, which never comes."""
    before = foreign_rows(session, two)
    try:
        WRITES[way](session, two)
    except (NoProvider, SQLAlchemyError, SAWarning, DriverError):
        # What the driver was refused makes the whole commit fail; what a guard of ours refused was never sent.
        session.rollback()
    return foreign_rows(session, two) != before


def foreign_rows(session: Session, two: TwoProviders) -> object:
    connection = session.connection()
    role = connection.execute(text("SELECT current_user")).scalar_one()
    connection.execute(text("SET LOCAL ROLE NONE"))
    found = connection.execute(FOREIGN, {"away": two.away}).scalar_one()
    connection.execute(text(f"SET LOCAL ROLE {role}"))
    return found
