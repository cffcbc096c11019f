"""What another site makes a browser ask is refused on every route; whoever is no browser may ask with a token."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.config import Config
from tests.api.routes import every_route
from tests.people import Provider

FOREIGN = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "Same-Origin, cross-site"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
]


def test_no_route_answers_another_site_even_with_a_token(app: Flask, meadow: Provider):
    asked = 0
    for endpoint, method, path in every_route(app):
        for headers in FOREIGN:
            answer = meadow.carol.ask(method, path, headers=headers)
            assert answer.status_code == 403, (endpoint, method, headers)
            asked += 1
    assert asked > 300


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    ],
    ids=str,
)
def test_our_own_pages_and_whoever_is_no_browser_are_answered(meadow: Provider, headers: dict[str, str]):
    assert meadow.carol.get("/api/home", headers=headers).status_code == 200


def test_somebody_who_types_an_address_changes_nothing(meadow: Provider):
    typed = {"Sec-Fetch-Site": "none"}
    assert meadow.carol.get("/api/home", headers=typed).status_code == 200
    assert meadow.carol.ask("POST", "/api/join-codes", json={}, headers=typed).status_code == 403


@pytest.mark.parametrize(
    ("mode", "dest", "opens"),
    [
        ("navigate", "document", True),
        ("navigate", "iframe", False),
        ("navigate", "object", False),
        ("no-cors", "script", False),
        ("no-cors", "image", False),
        ("cors", "empty", False),
    ],
)
def test_a_link_on_another_site_opens_the_app_and_nothing_else_does(
    client: FlaskClient, built_app: object, mode: str, dest: str, opens: bool
):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    assert (client.get("/", headers=headers).status_code == 200) is opens
    assert client.post("/", headers=headers).status_code in (403, 405)


@pytest.fixture
def in_production(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """Somebody before a Heed that real people use at https://heed.example.org."""
    real = dataclasses.replace(
        app.extensions["config"], environment="production", public_url="https://heed.example.org"
    )
    monkeypatch.setitem(app.extensions, "config", real)
    return app.test_client()


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "heed.example.org.evil.example",
        "heed.example.org:8443",
        "127.0.0.1",
        "localhost",
        "a b",
        "@",
        "",
    ],
)
def test_in_production_heed_answers_to_its_own_name_alone(in_production: FlaskClient, host: str):
    for path in ("/", "/api/set-up", "/api/nothing"):
        answer = in_production.get(path, headers={"Host": host})
        assert answer.status_code == 400, (path, host)
        assert host not in answer.get_data(as_text=True) or not host
    assert in_production.get("/api/set-up", headers={"Host": "heed.example.org"}).status_code == 200


def test_whoever_watches_a_server_asks_it_by_its_number(in_production: FlaskClient):
    assert in_production.get("/healthz", headers={"Host": "10.1.2.3:8000"}).status_code in (200, 503)


def test_over_https_every_answer_asks_for_https_from_then_on(client: FlaskClient, in_production: FlaskClient):
    for path in ("/", "/api/set-up", "/api/nothing", "/healthz"):
        told = in_production.get(path, headers={"Host": "heed.example.org"}).headers[
            "Strict-Transport-Security"
        ]
        assert told == "max-age=31536000; includeSubDomains"


def test_without_https_nothing_asks_for_it(client: FlaskClient):
    assert "Strict-Transport-Security" not in client.get("/api/set-up").headers


#: What a client could say of itself, and what is believed of it behind so many proxies.
CLAIMS = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example",
          "X-Forwarded-Port": "666", "X-Forwarded-Prefix": "/evil", "Forwarded": "for=6.6.6.6;host=evil.example",
          "X-Real-IP": "6.6.6.6", "X-Original-URL": "/api/home", "X-Rewrite-URL": "/api/home",
          "X-HTTP-Method-Override": "DELETE"}  # fmt: skip


@pytest.fixture
def seen(shared_database: str, config_for: Callable[..., Config]) -> Callable[..., dict[str, str]]:
    """What Heed believes of a request, behind so many proxies."""
    from flask import request

    from server.app import create_app

    def see(proxies: int, headers: dict[str, str]) -> dict[str, str]:
        made = create_app(config_for(shared_database, HEED_PROXIES=str(proxies)))
        found: dict[str, str] = {}

        @made.before_request
        def look() -> None:
            found.update(
                address=request.remote_addr or "", host=request.host, scheme=request.scheme,
                root=request.root_path, path=request.path, method=request.method,
            )  # fmt: skip

        made.test_client().get("/api/forms", headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.1"})
        return found

    return see


PLAIN = {
    "address": "10.0.0.1",
    "host": "localhost",
    "scheme": "http",
    "root": "",
    "path": "/api/forms",
    "method": "GET",
}


def test_without_a_proxy_nothing_that_a_client_says_of_itself_is_believed(
    seen: Callable[..., dict[str, str]],
):
    assert seen(0, CLAIMS) == PLAIN


def test_behind_one_proxy_only_what_that_one_added_is_believed(seen: Callable[..., dict[str, str]]):
    added = {
        "X-Forwarded-For": "6.6.6.6, 192.0.2.7",
        "X-Forwarded-Proto": "http, https",
        "X-Forwarded-Host": "evil.example, heed.example.org",
    }
    believed = {"address": "192.0.2.7", "host": "heed.example.org", "scheme": "https"}
    assert seen(1, CLAIMS | added) == PLAIN | believed


def test_behind_two_proxies_the_first_of_them_is_believed(seen: Callable[..., dict[str, str]]):
    added = {"X-Forwarded-For": "6.6.6.6, 192.0.2.7, 10.9.9.9"}
    assert seen(2, added)["address"] == "192.0.2.7"


def test_who_comes_past_the_proxies_is_not_believed_more(seen: Callable[..., dict[str, str]]):
    assert seen(2, {"X-Forwarded-For": "6.6.6.6"})["address"] == "10.0.0.1"
