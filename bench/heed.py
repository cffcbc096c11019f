"""Heed as `heed run` serves it, on a database of its own, with providers, workers and their phones."""

from __future__ import annotations

import os
import secrets
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import flask_migrate
import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from sqlalchemy.engine import make_url

from bench.client import Client
from bench.phones import BenchPhone, from_b64url
from server.app import create_app
from server.commands.running import answers
from server.config import Config
from server.domain.role import Role
from server.extensions import db
from server.instance.postgres import EmbeddedPostgres
from server.instance.process import surroundings, web_command
from server.models import Person, Service
from server.services.provider import NewService, make_provider
from server.services.worker import add_worker, grant

PASSWORD = "bench phones at dawn"
THREADS = 8

MakeIntake = Callable[[UUID], tuple[UUID, bytes]]


@dataclass(frozen=True)
class RunningHeed:
    """Where it answers, where its rows are, and the processes that it is made of."""

    address: str
    dsn: str
    config: Config
    web: int
    postgres: int


@contextmanager
def heed(home: Path, server: EmbeddedPostgres) -> Iterator[RunningHeed]:
    """Heed on an empty database, which goes afterwards."""
    name = f"bench_{secrets.token_hex(4)}"
    maintenance = server.url.replace("+psycopg", "", 1)
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = make_url(server.url).set(database=name).render_as_string(hide_password=False)
    config = Config.from_environment({"HEED_HOME": str(home), "DATABASE_URL": url})
    app = create_app(config)
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
    try:
        with served("wsgi:app", config) as (address, web):
            dsn = url.replace("+psycopg", "", 1)
            yield RunningHeed(address, dsn, config, web, server.process.pid if server.process else 0)
    finally:
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def served(application: str, config: Config) -> Iterator[tuple[str, int]]:
    """A WSGI application behind the web server that Heed uses: its address and the process."""
    port = 20_000 + secrets.randbelow(20_000)
    command = web_command("127.0.0.1", port, os.cpu_count() or 2, THREADS)
    with (config.home / "web.log").open("ab") as log:
        web = subprocess.Popen(
            [application if part == "wsgi:app" else part for part in command],
            # A client here asks more often than any phone may.
            env=surroundings(config.home, config.database_url) | {"HEED_REQUESTS_A_SECOND": "100000"},
            cwd=config.root,
            stderr=log,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(port)
        yield address, web.pid
    finally:
        web.terminate()
        web.wait()


def make_phones(config: Config, address: str, providers: int, clients: int) -> list[BenchPhone]:
    """One phone for each client, over this many providers, signed in."""
    app = create_app(config)
    with app.app_context():
        made = [
            each
            for number in range(providers)
            for each in _provider(
                app.extensions["keys"].make_intake, number, range(number, clients, providers)
            )
        ]
        db.session.commit()
        db.engine.dispose()
    return [_signed_in(address, phone, name) for phone, name in made]


def _provider(
    make_intake: MakeIntake, number: int, clients: Sequence[int]
) -> Iterator[tuple[BenchPhone, str]]:
    """A provider with a worker for each of these clients: their phones, and the names that they sign in by."""
    handle, at = f"bench{number}", datetime.now(UTC)
    north = NewService("North", "homecare", "england-and-wales", "01632 960001", "01632 960002")
    provider = make_provider(
        name=f"Bench {number}", handle=handle, services=[north], make_intake=make_intake, at=at
    )
    services = list(db.session.scalars(select(Service.id)))
    person = Person(
        provider_id=provider.id,
        id=uuid4(),
        service_id=services[0],
        name="Grace",
        known_as="Grace",
        made_at=at,
    )
    db.session.add(person)
    for client in clients:
        yield (
            BenchPhone(service=str(services[0]), person=str(person.id)),
            _worker(provider.id, handle, client, services, at),
        )


def _worker(provider: UUID, handle: str, client: int, services: Sequence[UUID], at: datetime) -> str:
    own_name = f"worker{client}"
    worker = add_worker(provider, name=f"Worker {client}", own_name=own_name, password=PASSWORD, at=at)
    grant(worker.id, Role.WORKER, services, provider=provider, by=None, at=at)
    return f"{own_name}@{handle}"


def _signed_in(address: str, phone: BenchPhone, sign_in_name: str) -> BenchPhone:
    said = {
        "sign_in_name": sign_in_name,
        "password": PASSWORD,
        "device": {"id": None, "name": "bench"},
        "signing_key": phone.point,
    }
    welcome = Client(address).post("/api/session/sign-in", said)
    phone.token, phone.key_id = welcome["access_token"], welcome["key_id"]
    phone.provider, phone.worker = welcome["provider"]["id"], welcome["worker"]["id"]
    intake = Client(address, phone.token).get("/api/home")["intake_key"]
    phone.intake_id = intake["id"]
    phone.intake = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), from_b64url(intake["public_key"])
    )
    return phone


def _wait_for(port: int) -> None:
    for _ in range(300):
        if answers("127.0.0.1", port):
            return
        time.sleep(0.1)
    raise SystemExit("the server did not start")
