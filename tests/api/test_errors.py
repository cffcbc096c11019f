"""Whatever is sent, the answer is one plain sentence with the right status, in one shape."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from tests.people import Provider


def refused(answer: Any, status: int) -> dict[str, Any]:
    """The refusal, once it is sure that it has the one shape and tells nothing about what is inside."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    body: dict[str, Any] = answer.get_json()
    assert body.keys() <= {"code", "status", "message", "errors"}
    assert body["code"] == status
    assert body["message"].endswith(".")
    for inside in ("Traceback", "sqlalchemy", "psycopg", "server/", "marshmallow", "werkzeug"):
        assert inside not in answer.get_data(as_text=True)
    return body


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"nonsense", 400),
        (b'{"code": "a", "code": "b"}', 400),
        (b'{"code": NaN}', 400),
        (b'{"code": Infinity}', 400),
        (b'{"code": 1e999}', 400),
        (b'{"code": "\\ud800"}', 400),
        (b'{"code": "\\u0000"}', 400),
        (b'{"code": "\xff"}', 400),
        (b"\xef\xbb\xbf{}", 400),
        (b"[" * 30_000, 400),
        (b'{"a":' * 10_000, 400),
        (b"[" * 40 + b"]" * 40, 400),
        (b'{"code": ' + b"9" * 5000 + b"}", 400),
        (b'"' + b"x" * 70_000 + b'"', 413),
        (b"[]", 422),
        (b"7", 422),
        (b"null", 422),
        (b"{}", 422),
        (b'{"code": 7}', 422),
        (b'{"code": ""}', 422),
        (b'{"code": null}', 422),
        (b'{"code": "0000000000", "more": 1}', 422),
        (b'{"code": "0000000000"}', 404),
    ],
)
def test_a_body_that_is_none_gets_a_plain_answer(client: FlaskClient, raw: bytes, status: int):
    refused(client.post("/api/join/look", data=raw, content_type="application/json"), status)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_only_json_is_read(client: FlaskClient, kind: str):
    refused(client.post("/api/join/look", data=b'{"code": "0000000000"}', content_type=kind), 415)


def test_a_wrong_field_is_named_where_it_stands(client: FlaskClient):
    said = {"set_up_code": "x", "services": [{"kind": "homecare"}, {"kind": "castle"}]}
    errors = refused(client.post("/api/set-up", json=said), 422)["errors"]
    assert "services.0.name" in errors
    assert "services.1.kind" in errors
    assert "provider" in errors


def test_what_is_not_there_is_said_plainly(client: FlaskClient):
    refused(client.get("/api/nothing"), 404)
    refused(client.post("/api/nothing"), 404)
    refused(client.get("/api"), 404)
    answer = client.delete("/api/set-up")
    refused(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) >= {"GET", "POST"}


@pytest.mark.parametrize("path", ["/api/services/not-an-id/on-call", "/api/services/%00/shifts", "/api/%ff"])
def test_an_address_of_rubbish_is_not_there(meadow: Provider, path: str):
    refused(meadow.amina.get(path), 404)


def test_a_failure_of_ours_tells_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch):
    def fails() -> None:
        raise ValueError("SELECT secret FROM server/inside")

    monkeypatch.setitem(app.view_functions, "set_up.needed", _opened(fails))
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    body = refused(app.test_client().get("/api/set-up"), 500)
    assert "secret" not in body["message"]


def test_a_database_that_is_away_is_said_and_asked_again_later(app: Flask, monkeypatch: pytest.MonkeyPatch):
    def fails() -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setitem(app.view_functions, "set_up.needed", _opened(fails))
    answer = app.test_client().get("/api/set-up")
    refused(answer, 503)
    assert answer.headers["Retry-After"] == "30"


def _opened(view: Any) -> Any:
    view.open_to_all = True
    return view


def test_the_interface_describes_itself(client: FlaskClient):
    answer = client.get("/api/openapi.json")
    assert answer.status_code == 200
    document = answer.get_json()
    assert document["openapi"].startswith("3.1")
    assert document["security"] == [{"bearer": []}]
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert document["paths"]["/api/session/sign-in"]["post"]["security"] == []
    assert "security" not in document["paths"]["/api/home"]["get"]


def test_nothing_of_the_interface_is_kept_by_caches(client: FlaskClient):
    assert client.get("/api/set-up").headers["Cache-Control"] == "no-store"
    assert client.get("/api/home").headers["Cache-Control"] == "no-store"
