"""Only our token, for a session that goes on, opens what is closed. Which routes are: tests/api/test_every_route.py."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text, update

from server.extensions import db, work_for
from server.models import Device, Worker, WorkerSession
from tests.people import Phone, Provider

#: Nobody of the cast, and no session or provider of theirs.
STRANGER = "00000000-0000-4000-8000-000000000001"


def claims_of(phone: Phone) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(phone.welcome["access_token"], options={"verify_signature": False})
    return claims


def forged(app: Flask, claims: dict[str, Any], key: bytes | None = None) -> str:
    return jwt.encode(claims, key or app.config["JWT_SECRET_KEY"], "HS256")


def asks(client: FlaskClient, header: str | bytes) -> int:
    return client.get("/api/home", headers={"Authorization": header}).status_code


def test_a_token_of_ours_opens(meadow: Provider, app: Flask, client: FlaskClient):
    token = forged(app, claims_of(meadow.amina))
    assert asks(client, f"Bearer {token}") == 200
    assert asks(client, f"bearer   {token} ") == 200


def test_a_token_that_was_taken_before_is_refused_once_it_is_too_old(
    meadow: Provider, app: Flask, client: FlaskClient
):
    token = forged(app, claims_of(meadow.amina))
    assert asks(client, f"Bearer {token}") == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=11), tick=False):
        answer = client.get("/api/home", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert "renewed" in answer.get_json()["message"]


def test_a_database_that_closed_every_connection_is_asked_again_unnoticed(
    meadow: Provider, app: Flask, client: FlaskClient
):
    token = forged(app, claims_of(meadow.amina))
    assert asks(client, f"Bearer {token}") == 200
    with app.extensions["owner_engine"].connect() as owner:
        cut = owner.execute(
            text("""
                SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
            """)
        ).all()
    assert cut
    assert asks(client, f"Bearer {token}") == 200


@pytest.mark.parametrize("missing", ["exp", "iat", "jti", "sid", "type", "iss", "aud", "sub", "provider"])
def test_a_token_without_a_claim_opens_nothing(
    meadow: Provider, app: Flask, client: FlaskClient, missing: str
):
    claims = claims_of(meadow.amina)
    del claims[missing]
    assert asks(client, f"Bearer {forged(app, claims)}") == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "refresh"},
        {"type": None},
        {"type": ["access"]},
        {"iss": "somebody"},
        {"aud": "heed"},
        {"aud": ["other"]},
        {"exp": 1},
        {"exp": "soon"},
        {"exp": None},
        {"exp": 10**20},
        {"exp": 1e400},
        {"iat": "then"},
        {"iat": 10**12},
        {"sub": 7},
        {"sub": "not an id"},
        {"sub": STRANGER},
        {"sid": STRANGER},
        {"sid": ["x"]},
        {"sid": None},
        {"sid": {}},
        {"provider": STRANGER},
        {"provider": "'; DROP TABLE worker; --"},
        {"provider": 12},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_opens_nothing(
    meadow: Provider, app: Flask, client: FlaskClient, changed: dict[str, Any]
):
    try:
        token = forged(app, claims_of(meadow.amina) | changed)
    except (TypeError, ValueError):
        token = by_hand(app, claims_of(meadow.amina) | changed)
    assert asks(client, f"Bearer {token}") == 401


def by_hand(app: Flask, claims: dict[str, Any], name: str = "HS256") -> str:
    """A signed token that no library would make."""
    head = b64(json.dumps({"alg": name, "typ": "JWT"}).encode())
    body = b64(json.dumps(claims).encode())
    algorithm = jwt.get_algorithm_by_name(name)
    signature = algorithm.sign(f"{head}.{body}".encode(), app.config["JWT_SECRET_KEY"])
    return f"{head}.{body}.{b64(signature)}"


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_token_that_lasts_longer_than_ours_opens_nothing(meadow: Provider, app: Flask, client: FlaskClient):
    claims = claims_of(meadow.amina)
    assert asks(client, f"Bearer {forged(app, claims | {'exp': claims['iat'] + 86_400})}") == 401


def test_a_token_signed_otherwise_opens_nothing(meadow: Provider, app: Flask, client: FlaskClient):
    claims = claims_of(meadow.amina)
    unsigned = jwt.encode(claims, "", "none")
    head, body, signature = forged(app, claims).split(".")
    for token in (
        forged(app, claims, b"another key that is long enough!"),
        by_hand(app, claims, "HS512"),
        unsigned,
        unsigned + b64(b"x" * 32),
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{b64(json.dumps(claims | {'sub': STRANGER}).encode())}.{signature}",
        f"{b64(b'{}')}.{body}.{signature}",
        f"{b64(b'[]')}.{body}.{signature}",
        f"{b64(b'null')}.{b64(b'null')}.{b64(b'null')}",
        f"{head}.{b64(b'[1]')}.{signature}",
    ):
        assert asks(client, f"Bearer {token}") == 401


@pytest.mark.parametrize(
    "header",
    [
        "", " ", ",", ", ,a", "Bearer", "Bearer ", "Bearer a", "Bearer a.b", "Bearer a.b.c", "Bearer a.b.c.d",
        "Basic YTpi", "Bearer, Bearer", "Bearer a.b.c, Bearer d.e.f", "Bearer \xe9.\xe9.\xe9", "\xff\xfe",
        "Bearer " + "a" * 60_000, "Bearer ..", "Bearer a b c", "Token x", "Bearer\ta.b.c", "Bearer =.=.=",
    ],
)  # fmt: skip
def test_a_header_of_rubbish_is_answered_as_nobody(client: FlaskClient, header: str):
    assert asks(client, header) == 401


def test_a_token_in_a_cookie_or_the_address_opens_nothing(meadow: Provider, client: FlaskClient):
    token = meadow.amina.welcome["access_token"]
    client.set_cookie("access_token_cookie", token)
    assert client.get(f"/api/home?jwt={token}").status_code == 401


@pytest.mark.parametrize("ending", ["session", "device", "worker"])
def test_whoever_is_shut_out_is_shut_out_at_once(meadow: Provider, app: Flask, ending: str):
    phone = meadow.amina
    assert phone.get("/api/home").status_code == 200
    rows = {"session": WorkerSession, "device": Device, "worker": Worker}[ending]
    column = "left_at" if ending == "worker" else "revoked_at"
    with app.app_context():
        work_for(meadow.id)
        db.session.execute(update(rows).values({column: datetime.now(UTC) - timedelta(seconds=1)}))
        db.session.commit()
    assert phone.get("/api/home").status_code == 401
    assert phone.refresh().status_code == 401


def test_what_is_refused_leaves_nothing_behind(meadow: Provider):
    before = meadow.carol.home()["people"]
    person = {"name": "Nell Ray", "known_as": "Nell", "service": str(meadow.services["north"])}
    assert meadow.amina.post("/api/people", person).status_code == 403
    assert meadow.carol.home()["people"] == before


def test_a_worker_of_another_provider_finds_nothing_here(meadow: Provider, riverside: Provider):
    north = meadow.services["north"]
    for path in (f"/api/services/{north}/on-call", f"/api/services/{north}/shifts"):
        assert riverside.rita.get(path).status_code == 404
        assert riverside.rita.put(path, []).status_code == 404
    person = {"name": "Nell Ray", "known_as": "Nell", "service": str(north)}
    assert riverside.rita.post("/api/people", person).status_code == 404
    assert (
        riverside.rita.post("/api/join-codes", {"service": str(north), "role": "worker"}).status_code == 404
    )
    at_home = json.dumps(riverside.rita.home())
    for foreign in (*meadow.services.values(), *meadow.people.values(), *meadow.workers.values(), meadow.id):
        assert str(foreign) not in at_home
