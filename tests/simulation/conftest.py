"""Worlds to put phones into, one after the other in one place, since making a place takes longer than a storm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask
from sqlalchemy.engine import make_url

from server.app import create_app
from server.config import Config
from server.extensions import db
from tests.quick_passwords import quick_passwords
from tests.simulation.phone import SimPhone
from tests.simulation.versions import publish_more_versions
from tests.simulation.world import World

MakeWorld = Callable[..., AbstractContextManager[World]]


@pytest.fixture(scope="session")
def place(copy_of_template: Callable[[], str], config_for: Callable[..., Config]) -> Iterator[Flask]:
    """Heed on a database that each world makes anew."""
    app = create_app(config_for(copy_of_template()))
    app.testing = True
    publish_more_versions(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def new_world(place: Flask, template: str) -> MakeWorld:
    """Makes a world in which nothing has happened yet; nothing of it is left afterwards."""
    address = place.extensions["config"].database_url

    @contextmanager
    def make(make_phone: Any = SimPhone, **settings: Any) -> Iterator[World]:
        place.extensions["knocks"].forget()
        with place.app_context():
            db.engine.dispose()
        own = str(make_url(address).database)
        elsewhere = make_url(address).set(database="postgres", drivername="postgresql")
        with psycopg.connect(elsewhere.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {own} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {own} TEMPLATE {template}")
        with quick_passwords(), time_machine.travel(datetime(2026, 11, 2, 8, tzinfo=UTC), tick=True) as clock:
            world = World(place, address, clock, make_phone, **settings)
            try:
                yield world
            finally:
                world.close()

    return make
