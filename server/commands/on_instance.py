"""The instance that a command works on: its settings, its database, and Heed on top."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import click
import flask_migrate
import psycopg
from flask import Flask, current_app
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from server.app import JOBS, WEB, create_app
from server.config import Config
from server.domain.errors import NotFound
from server.extensions import db, work_for, work_for_nobody
from server.instance import postgres
from server.instance.login import LoginTrouble, demand_held_login
from server.models import Directory, Service
from server.services.intake_key import demand_intake_keys
from server.services.provider import HANDLE


@contextmanager
def database(config: Config, alone: bool = False) -> Iterator[Config]:
    """The configuration with a database that runs: the one that was named, else the one that Heed brings."""
    if not config.embedded:
        yield config
        return
    with postgres.start(config.home, click.echo, alone=alone) as server:
        yield replace(config, database_url=server.serving_url, owner_database_url=server.url)


@contextmanager
def heed(role: str = WEB, config: Config | None = None) -> Iterator[Flask]:
    """Heed on a running database that is up to date, in an application context."""
    with database(config or Config.from_environment()) as running:
        app = create_app(running, role)
        with app.app_context():
            bring_up_to_date(app)
            demand_keys()
            try:
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()


def bring_up_to_date(app: Flask) -> None:
    """Run what is missing of the migrations; of several machines that start together, one after the other."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.extensions["owner_engine"].connect() as turn:
        turn.execute(text("SELECT pg_advisory_lock(hashtextextended('heed migrate', 0))"))
        try:
            flask_migrate.upgrade()
        except ProgrammingError as refused:
            if isinstance(refused.orig, InsufficientPrivilege):
                raise LoginTrouble(
                    "This brings the database up to date, which the login in DATABASE_URL may not do: name its owner's "
                    "in HEED_OWNER_DATABASE_URL."
                ) from refused
            raise
    let_serve(app.extensions["config"])


def let_serve(config: Config) -> None:
    """Let the login that serves become the roles that serve and run jobs, when the owner has one of its own."""
    login = make_url(config.database_url).username
    if not config.owner_database_url or login is None:
        return
    owner = make_url(config.owner_database_url).set(drivername="postgresql")
    with psycopg.connect(owner.render_as_string(hide_password=False)) as connection:
        grant = sql.SQL("GRANT {}, {} TO {}")
        connection.execute(grant.format(*map(sql.Identifier, (WEB, JOBS, login))))


def demand_walls(config: Config) -> None:
    """In production, refuse to serve or to run jobs with a login that row-level security does not hold."""
    if config.production:
        demand_held_login(config.database_url)


def demand_keys() -> None:
    """Refuse to go on without the keys that belong to the database."""
    try:
        demand_intake_keys(current_app.extensions["keys"].intake_public)
    finally:
        work_for_nobody()
        db.session.remove()


def providers_called(handle: str | None) -> list[tuple[str, UUID]]:
    """Providers by handle: the one that was asked for, or all."""
    wanted = select(Directory.name, Directory.provider_id).where(Directory.kind == HANDLE)
    if handle is not None:
        wanted = wanted.where(Directory.name == handle.casefold())
    found = [(name, provider_id) for name, provider_id in db.session.execute(wanted.order_by(Directory.name))]
    if handle is not None and not found:
        raise NotFound(f"There is no provider called {handle}.")
    return found


def work_for_provider(handle: str) -> UUID:
    """From here on, work for the provider with this handle."""
    [(_, provider_id)] = providers_called(handle)
    work_for(provider_id)
    return provider_id


def services_called(name: str | None) -> list[UUID]:
    """Services of the provider that is worked for: the one with this name, or all."""
    there = {service.name: service.id for service in db.session.scalars(select(Service))}
    if name is None:
        return list(there.values())
    if name not in there:
        raise NotFound(f"There is no service called {name}. There are: {', '.join(sorted(there))}.")
    return [there[name]]
