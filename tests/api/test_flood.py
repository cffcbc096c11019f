"""One who asks without end is told to wait, and nobody else is."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from server.api.flood import Flood
from tests.answers import visit_note
from tests.api.routes import every_route
from tests.people import Provider

#: So many that one may ask at once.
BURST = 20


@pytest.fixture
def counted(app: Flask, meadow: Provider, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """Meadow, everybody signed in, on a Heed that counts from now."""
    for phone in (meadow.amina, meadow.ben):
        assert phone.get("/api/home").status_code == 200
    monkeypatch.setitem(app.extensions, "flood", Flood(1))
    return meadow


def until_throttled(ask: Any) -> Any:
    for number in range(BURST + 5):
        answer = ask()
        if answer.status_code == 429:
            assert number >= BURST - 1
            return answer
    raise AssertionError("never throttled")


def test_whoever_asks_without_end_waits_and_others_in_the_house_do_not(counted: Provider):
    answer = until_throttled(lambda: counted.amina.get("/api/sync/fetch"))
    assert 1 <= int(answer.headers["Retry-After"]) <= 2
    assert "kept on your phone" in answer.get_json()["message"]
    assert counted.ben.get("/api/sync/fetch").status_code == 200


def test_what_is_throttled_is_taken_later_and_only_once(
    app: Flask, counted: Provider, monkeypatch: pytest.MonkeyPatch
):
    note = counted.amina.write(
        "visit-note", visit_note(counted.people["grace"]), service=counted.services["north"]
    )
    batch = {"sent_at": note.body["recorded_at"], "unsent": 1, "items": [note.item]}
    until_throttled(lambda: counted.amina.get("/api/home"))
    assert counted.amina.post("/api/sync/send", batch).status_code == 429
    monkeypatch.setitem(app.extensions, "flood", Flood(1))
    assert counted.amina.post("/api/sync/send", batch).get_json()["outcomes"][0]["outcome"] == "accepted"


def test_strangers_at_one_address_wait_and_whoever_is_signed_in_there_does_not(app: Flask, counted: Provider):
    stranger = app.test_client()
    until_throttled(lambda: stranger.get("/api/home", headers={"Authorization": "Bearer a.b.c"}))
    for endpoint, method, path in every_route(app):
        assert stranger.open(path, method=method).status_code == 429, (endpoint, method)
    assert counted.amina.get("/api/home").status_code == 200


def test_the_addresses_of_one_connection_are_one_and_others_are_others(app: Flask, counted: Provider):
    stranger = app.test_client()
    ask = {"path": "/api/set-up"}
    until_throttled(lambda: stranger.get(**ask, environ_base={"REMOTE_ADDR": "2001:db8:1:2::1"}))
    assert stranger.get(**ask, environ_base={"REMOTE_ADDR": "2001:db8:1:2:ffff::9"}).status_code == 429
    assert stranger.get(**ask, environ_base={"REMOTE_ADDR": "2001:db8:1:3::1"}).status_code == 200
    assert stranger.get(**ask, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_the_app_itself_opens_for_everybody(app: Flask, counted: Provider, built_app: object):
    stranger = app.test_client()
    until_throttled(lambda: stranger.get("/api/set-up"))
    assert stranger.get("/").status_code == 200
