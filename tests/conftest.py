"""What every test may ask for: a real PostgreSQL, a clean database in it, and Heed on top.

HEED_TEST_DATABASE_URL names another server to test on, as a superuser; else the one that Heed brings is used.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from server.config import Config
from server.instance.app_build import BUILT, build
from tests.chromium import find_chromium

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from flask_sqlalchemy import SQLAlchemy

    from tests import people

# What is heavy is imported by the fixture that needs it: the rules' own tests start in no time without.

#: Empties what holds rows and leaves the rest alone: a test that wrote little is cleaned up quickly.
EMPTY_EVERY_TABLE = """
DO $$
DECLARE each record; filled text[] := '{}'; found boolean;
BEGIN
    FOR each IN SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
                WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
                AND tablename <> 'alembic_version'
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT 1 FROM ' || each.name || ')' INTO found;
        IF found THEN filled := filled || each.name::text; END IF;
    END LOOP;
    IF cardinality(filled) > 0 THEN
        EXECUTE 'TRUNCATE ' || array_to_string(filled, ', ') || ' RESTART IDENTITY CASCADE';
    END IF;
END $$
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run the tests that take minutes, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for, and what only root can find out."""
    left_out = set() if config.getoption("--all") else {"volume"}
    if os.geteuid() != 0:
        left_out.add("as_root")
    others = [item for item in items if any(item.get_closest_marker(each) for each in left_out)]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where nobody watches, a test that was skipped for a missing part is a test that failed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped") if reporter else None
    if skipped and os.environ.get("CI") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def everything(request: pytest.FixtureRequest) -> bool:
    """Was `--all` asked for?"""
    return bool(request.config.getoption("--all"))


@pytest.fixture(scope="session")
def test_home() -> Iterator[Path]:
    """An instance folder for this run alone, which the account that runs PostgreSQL can reach."""
    home = Path(tempfile.mkdtemp(prefix="heed-test-"))
    if os.geteuid() == 0:
        home.chmod(0o711)
    yield home
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def database_server(test_home: Path) -> Iterator[str]:
    """The address of a PostgreSQL where this run may make databases as it likes."""
    elsewhere = os.environ.get("HEED_TEST_DATABASE_URL")
    if elsewhere:
        yield Config.from_environment({"DATABASE_URL": elsewhere}).database_url
        return
    from server.instance import postgres

    with postgres.start(test_home, log=lambda words: None, durable=False) as server:
        yield server.url


@pytest.fixture(scope="session")
def config_for(test_home: Path) -> Callable[..., Config]:
    """Makes a configuration: that of the tests, with the settings that a test names changed."""

    def make(database_url: str, **settings: str) -> Config:
        # Tests ask faster than people; what holds them back has tests of its own.
        in_a_hurry = {"HEED_REQUESTS_A_SECOND": "100000"}
        names = {"HEED_HOME": str(test_home), "DATABASE_URL": database_url} | in_a_hurry | settings
        return Config.from_environment(names)

    return make


@pytest.fixture(scope="session")
def template(database_server: str, config_for: Callable[..., Config]) -> Iterator[str]:
    """A database that went through every migration once, to copy from."""
    import flask_migrate

    from server.app import create_app

    name = f"heed_template_{secrets.token_hex(4)}"
    _run(database_server, f"CREATE DATABASE {name}")
    app = create_app(config_for(_address(database_server, name)))
    with app.app_context():
        flask_migrate.upgrade()
    yield name
    _drop(database_server, name)


@pytest.fixture(scope="session")
def copy_of_template(database_server: str, template: str) -> Iterator[Callable[[], str]]:
    """Makes a new, empty, migrated database and answers its address."""
    made: list[str] = []

    def copy() -> str:
        name = f"heed_test_{secrets.token_hex(4)}"
        _run(database_server, f"CREATE DATABASE {name} TEMPLATE {template}")
        made.append(name)
        return _address(database_server, name)

    yield copy
    for name in made:
        _drop(database_server, name)


@pytest.fixture
def fresh_database(copy_of_template: Callable[[], str]) -> str:
    """The address of a database of this test's own: for tests that start processes on it, or kill them."""
    return copy_of_template()


@pytest.fixture(scope="session")
def shared_database(copy_of_template: Callable[[], str]) -> str:
    """The address of the database that most tests use one after the other."""
    return copy_of_template()


@pytest.fixture(scope="session")
def shared_app(shared_database: str, config_for: Callable[..., Config]) -> Iterator[Flask]:
    """Heed on the shared database, made once."""
    from server.app import create_app
    from server.extensions import db

    app = create_app(config_for(shared_database))
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(shared_app: Flask, shared_database: str) -> Iterator[Flask]:
    """Heed on an empty database."""
    shared_app.extensions["knocks"].forget()
    yield shared_app
    _run(shared_database, "SET lock_timeout = '20s'", EMPTY_EVERY_TABLE)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody's browser, not signed in."""
    return app.test_client()


@pytest.fixture
def database(app: Flask) -> Iterator[SQLAlchemy]:
    """The empty database, in an application context."""
    from server.extensions import db

    with app.app_context():
        yield db


@pytest.fixture
def meadow(app: Flask) -> people.Provider:
    """Meadow Care, where most of what the tests tell happens."""
    from tests import people

    return people.meadow(app)


@pytest.fixture
def riverside(app: Flask) -> people.Provider:
    """Riverside, another provider, which must learn nothing of Meadow."""
    from tests import people

    return people.riverside(app)


@pytest.fixture(scope="session")
def built_app() -> Path:
    """The app as its sources are now, built."""
    build()
    return BUILT


@pytest.fixture(scope="session")
def chromium(built_app: Path) -> str:
    """The path of a Chromium to drive, with an app to show it."""
    found = find_chromium()
    assert found, "No Chromium here. `python3 start.py test` installs one."
    return found


def _address(server: str, database: str) -> str:
    from sqlalchemy.engine import make_url

    return make_url(server).set(database=database).render_as_string(hide_password=False)


def _run(address: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(address.replace("+psycopg", "", 1), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _drop(server: str, name: str) -> None:
    _run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
