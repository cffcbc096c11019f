"""Sending and fetching, in entries per second, beside what PostgreSQL alone can do in the same run.

    python3 -m bench.sync [--seconds 4] [--batches 1,25,100] [--providers 1,8] [--clients 8]

Heed does all of its work: opens, verifies, validates, chains, derives standings, announces. Clients and server share
the machine, so quote the ratios, not the figures.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import flask_migrate
import psycopg
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from sqlalchemy.engine import make_url

from bench import raw
from bench.clients import Start, together
from bench.phones import BenchPhone, from_b64url
from server.app import create_app
from server.config import Config
from server.domain.role import Role
from server.extensions import db
from server.instance import postgres
from server.instance.process import surroundings, web_command
from server.models import Person, Service
from server.services.provider import NewService, make_provider
from server.services.worker import add_worker, grant

PASSWORD = "bench phones at dawn"
#: Enough that no client runs dry within the time at the largest batch.
SEALED_AHEAD = 6000


def main() -> None:
    """Print one table: a line for each batch and number of providers."""
    asked = _arguments()
    with tempfile.TemporaryDirectory(prefix="heed-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with postgres.start(home, log=lambda words: None) as server:
            _run(asked, home, server.url)


def _run(asked: argparse.Namespace, home: Path, server: str) -> None:
    print(f"{os.cpu_count()} cores, {asked.clients} clients, {asked.seconds:g} s each, durability on\n")
    print(f"{'':24}{'raw/s':>10}{'send/s':>10}{'ratio':>8}")
    rng = random.Random(1)
    for providers in asked.providers:
        for batch in asked.batches:
            with _heed(home, server) as (address, dsn, config):
                phones = _phones(config, address, providers, asked.clients)
                ready = [_sealed(phone, rng, _needed(batch, asked.seconds)) for phone in phones]
                bodies = [phones[0].note(rng) for _ in range(1000)]
                rows = raw.send(dsn, bodies, batch=batch, clients=asked.clients, seconds=asked.seconds)
                sent = sum(
                    together(
                        _send,
                        [
                            (address, phone.token, items, batch, asked.seconds)
                            for phone, items in zip(phones, ready, strict=True)
                        ],
                    )
                )
                label = f"send, batch {batch}, {providers} provider{'s' if providers > 1 else ''}"
                print(f"{label:24}{rows:10,.0f}{sent:10,.0f}{sent / rows:8.2f}", flush=True)
                if batch == max(asked.batches):
                    _fetching(asked, dsn, address, phones, providers)


def _fetching(
    asked: argparse.Namespace, dsn: str, address: str, phones: Sequence[BenchPhone], providers: int
) -> None:
    rows = raw.fetch(dsn, page=1000, clients=asked.clients, seconds=asked.seconds)
    fetched = sum(together(_fetch, [(address, phone.token, asked.seconds) for phone in phones]))
    label = f"fetch, page 1000, {providers} provider{'s' if providers > 1 else ''}"
    print(f"{label:24}{rows:10,.0f}{fetched:10,.0f}{fetched / rows:8.2f}", flush=True)
    polls = sorted(wait for phone in phones[:1] for wait in _polls(address, phone.token))
    print(
        f"empty poll: median {polls[len(polls) // 2] * 1000:.1f} ms, worst of 100 {polls[-1] * 1000:.1f} ms\n"
    )


def _send(
    start: Start, address: str, token: str, items: list[dict[str, str]], batch: int, seconds: float
) -> float:
    session = _session(token)
    start.wait()
    begun, sent = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds and sent + batch <= len(items):
        said = {"sent_at": datetime.now(UTC).isoformat(), "unsent": 0, "items": items[sent : sent + batch]}
        answer = session.post(f"{address}/api/sync/send", json=said, timeout=60)
        outcomes = answer.json()["outcomes"]
        if any(outcome["outcome"] != "accepted" for outcome in outcomes):
            raise SystemExit(f"not accepted: {outcomes[0]}")
        sent += batch
    return sent / (time.perf_counter() - begun)


def _fetch(start: Start, address: str, token: str, seconds: float) -> float:
    session = _session(token)
    start.wait()
    begun, fetched, cursor = time.perf_counter(), 0, ""
    while time.perf_counter() - begun < seconds:
        page = session.get(
            f"{address}/api/sync/fetch",
            params={"limit": "1000", "cursor": cursor} if cursor else {"limit": "1000"},
            timeout=60,
        ).json()
        fetched += sum(item["kind"] == "entry" for item in page["items"])
        cursor = page["cursor"] if page["more"] else ""
    return fetched / (time.perf_counter() - begun)


def _polls(address: str, token: str) -> Iterator[float]:
    session = _session(token)
    cursor, more = "", True
    while more:
        query = {"limit": "1000"} | ({"cursor": cursor} if cursor else {})
        page = session.get(f"{address}/api/sync/fetch", params=query, timeout=60).json()
        cursor, more = page["cursor"], page["more"]
    for _ in range(100):
        begun = time.perf_counter()
        session.get(f"{address}/api/sync/fetch", params={"cursor": cursor}, timeout=60).json()
        yield time.perf_counter() - begun


def _session(token: str) -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    return session


def _needed(batch: int, seconds: float) -> int:
    # Sealing ahead costs time; small batches are slow and need few.
    most = {1: 150, 25: 700}.get(batch, 1500) * seconds
    return min(SEALED_AHEAD, round(most / batch + 1) * batch)


def _sealed(phone: BenchPhone, rng: random.Random, count: int) -> list[dict[str, str]]:
    return [phone.seal(phone.note(rng)) for _ in range(count)]


@contextmanager
def _heed(home: Path, server: str) -> Iterator[tuple[str, str, Config]]:
    """Heed on an empty database, served as `heed run` serves it."""
    name = f"bench_{secrets.token_hex(4)}"
    maintenance = server.replace("+psycopg", "", 1)
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    config = Config.from_environment({"HEED_HOME": str(home), "DATABASE_URL": url})
    app = create_app(config)
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
    port = 20_000 + secrets.randbelow(20_000)
    processes = os.cpu_count() or 2
    web = subprocess.Popen(
        web_command("127.0.0.1", port, processes, 8),
        env=surroundings(home, url),
        cwd=config.root,
        stderr=sys.stderr,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address)
        yield address, url.replace("+psycopg", "", 1), config
    finally:
        web.terminate()
        web.wait()
        with psycopg.connect(maintenance, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _wait_for(address: str) -> None:
    for _ in range(200):
        try:
            requests.get(f"{address}/healthz", timeout=2)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def _phones(config: Config, address: str, providers: int, clients: int) -> list[BenchPhone]:
    """One phone for each client, over this many providers, signed in."""
    app = create_app(config)
    phones = []
    at = datetime.now(UTC)
    with app.app_context():
        for number in range(providers):
            handle = f"bench{number}"
            provider = make_provider(
                name=f"Bench {number}",
                handle=handle,
                services=[
                    NewService("North", "homecare", "england-and-wales", "01632 960001", "01632 960002")
                ],
                make_intake=app.extensions["keys"].make_intake,
                at=at,
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
            for client in range(number, clients, providers):
                own_name = f"worker{client}"
                worker = add_worker(
                    provider.id, name=f"Worker {client}", own_name=own_name, password=PASSWORD, at=at
                )
                grant(worker.id, Role.WORKER, services, provider=provider.id, by=None, at=at)
                phones.append(
                    (BenchPhone(service=str(services[0]), person=str(person.id)), f"{own_name}@{handle}")
                )
            db.session.commit()
        db.engine.dispose()
    return [_signed_in(address, phone, name) for phone, name in phones]


def _signed_in(address: str, phone: BenchPhone, sign_in_name: str) -> BenchPhone:
    said = {
        "sign_in_name": sign_in_name,
        "password": PASSWORD,
        "device": {"id": None, "name": "bench"},
        "signing_key": phone.point,
    }
    welcome = requests.post(f"{address}/api/session/sign-in", json=said, timeout=60).json()
    phone.token, phone.key_id = welcome["access_token"], welcome["key_id"]
    phone.provider = welcome["provider"]["id"]
    intake = _session(phone.token).get(f"{address}/api/home", timeout=60).json()["intake_key"]
    phone.intake_id = intake["id"]
    phone.intake = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), from_b64url(intake["public_key"])
    )
    return phone


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--batches", type=_numbers, default=[1, 25, 100])
    parser.add_argument("--providers", type=_numbers, default=[1, 8])
    parser.add_argument("--clients", type=int, default=8)
    return parser.parse_args()


if __name__ == "__main__":
    main()
