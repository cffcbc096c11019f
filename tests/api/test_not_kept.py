"""Nothing about anybody stays in a cache: of a browser, of a proxy, or on a tablet that changes hands."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from server.api.access import is_open
from tests.api.routes import every_route
from tests.people import ORIGIN, Provider

#: Published, the same for everybody, and about nobody.
MAY_BE_KEPT = {"form.list_forms", "form.show_form"}


def test_no_answer_of_any_route_may_be_kept_but_the_forms(app: Flask, meadow: Provider):
    walked = set()
    for endpoint, method, path in every_route(app):
        if endpoint in MAY_BE_KEPT:
            continue
        for answer in (meadow.carol.ask(method, path, json={}), app.test_client().open(path, method=method)):
            kept = answer.headers["Cache-Control"]
            assert "no-store" in kept.replace(" ", "").split(","), (endpoint, method, kept)
            assert "public" not in kept
            walked.add(endpoint)
    assert len(walked) > 15


def test_what_is_answered_to_somebody_signed_in_is_never_kept(app: Flask, meadow: Provider):
    shown = meadow.carol.get("/api/home")
    for answer in (
        shown,
        meadow.carol.get("/api/home", headers={"If-None-Match": shown.headers["ETag"]}),
        meadow.carol.get("/api/sync/fetch"),
    ):
        assert answer.status_code in (200, 304)
        assert answer.headers["Cache-Control"] == "no-store"


def test_what_may_be_kept_is_open_to_all(app: Flask, client: FlaskClient):
    for endpoint in MAY_BE_KEPT:
        assert is_open(endpoint, app.view_functions[endpoint])
    assert client.get("/api/forms").headers["Cache-Control"] == "no-cache"


def test_signing_out_clears_what_the_browser_kept_and_nothing_that_waits_to_be_sent(meadow: Provider):
    assert meadow.amina.get("/api/home").status_code == 200
    answer = meadow.amina.client.post("/api/session/sign-out", headers=ORIGIN)
    assert answer.status_code == 204
    assert answer.headers["Clear-Site-Data"] == '"cache"'
