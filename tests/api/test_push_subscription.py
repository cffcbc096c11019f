"""Where a device can be told: only at a push service, one for each worker on each device."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.extensions import db, work_for
from server.models import PushSubscription
from tests.people import ORIGIN, Phone, Provider, b64url

ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


def subscription(phone: Phone, endpoint: str = ENDPOINT, **keys: Any) -> dict[str, Any]:
    """What a browser's own `toJSON()` gives."""
    return {
        "endpoint": endpoint,
        "expirationTime": None,
        "keys": {"p256dh": phone.public_key, "auth": b64url(b"sixteen bytes ok")} | keys,
    }


def told(app: Flask, meadow: Provider) -> list[tuple[str, str]]:
    """Who is told where, by worker."""
    with app.app_context():
        work_for(meadow.id)
        rows = db.session.scalars(select(PushSubscription).where(PushSubscription.gone_at.is_(None)))
        names = {worker: name for name, worker in meadow.workers.items()}
        return sorted((names[row.worker_id], row.endpoint) for row in rows)


def test_a_phone_subscribes_and_unsubscribes(app: Flask, meadow: Provider):
    assert meadow.ben.post("/api/push-subscriptions", subscription(meadow.ben)).status_code == 201
    assert told(app, meadow) == [("ben", ENDPOINT)]
    assert meadow.ben.delete("/api/push-subscriptions", {"endpoint": ENDPOINT}).status_code == 204
    assert told(app, meadow) == []
    assert meadow.ben.delete("/api/push-subscriptions", {"endpoint": ENDPOINT}).status_code == 204


def test_a_phone_that_subscribes_again_is_told_at_the_new_place_alone(app: Flask, meadow: Provider):
    for place in (ENDPOINT, ENDPOINT + "/new", ENDPOINT + "/new"):
        assert meadow.ben.post("/api/push-subscriptions", subscription(meadow.ben, place)).status_code == 201
    assert told(app, meadow) == [("ben", ENDPOINT + "/new")]


def test_a_browser_that_changes_hands_tells_its_new_worker_alone(app: Flask, meadow: Provider):
    meadow.ben.post("/api/push-subscriptions", subscription(meadow.ben))
    meadow.carol.device = meadow.ben.device
    meadow.carol.post("/api/push-subscriptions", subscription(meadow.carol))
    assert told(app, meadow) == [("carol", ENDPOINT)]


def test_nobody_unsubscribes_somebody_else(app: Flask, meadow: Provider):
    meadow.ben.post("/api/push-subscriptions", subscription(meadow.ben))
    assert meadow.amina.delete("/api/push-subscriptions", {"endpoint": ENDPOINT}).status_code == 204
    assert told(app, meadow) == [("ben", ENDPOINT)]


def test_a_phone_that_signs_out_is_told_nothing_more(app: Flask, meadow: Provider):
    meadow.ben.post("/api/push-subscriptions", subscription(meadow.ben))
    meadow.ben.client.post("/api/session/sign-out", headers=ORIGIN)
    assert told(app, meadow) == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evil.example/fcm.googleapis.com",
        "https://evil.example@fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://push.apple.com/x",
        "https://evilpush.apple.com.example/x",
        "https://fcm.googleapis.com\\@evil.example/x",
        "https://fcm.googleapis.com/x y",
        "https://fcm.googleapis.com/x#y",
        "file:///etc/passwd",
        "//fcm.googleapis.com/x",
        "https://fcm.googleapis.com:x/",
        "https://[bad/",
        "https://fcm.google\u0430pis.com/x",
        "https://fcm.googleapis.com/" + "x" * 2000,
        "javascript:alert(1)",
        "",
        None,
        7,
    ],
)
def test_an_address_that_is_no_push_service_is_refused(app: Flask, meadow: Provider, endpoint: Any):
    answer = meadow.ben.post("/api/push-subscriptions", subscription(meadow.ben, endpoint))
    assert answer.status_code == 422
    assert "endpoint" in answer.get_json()["errors"]
    assert told(app, meadow) == []


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://updates.push.services.mozilla.com/wpush/v2/x",
        "https://web.push.apple.com/x",
        "https://wns2-am3p.notify.windows.com/w/?token=x",
        "https://fcm.googleapis.com:443/x",
    ],
)
def test_every_browsers_push_service_is_taken(meadow: Provider, endpoint: str):
    assert meadow.ben.post("/api/push-subscriptions", subscription(meadow.ben, endpoint)).status_code == 201


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": "AAAA"},
        {"p256dh": b64url(b"\x04" + b"\x01" * 64)},
        {"p256dh": None},
        {"auth": b64url(b"short")},
        {"auth": b64url(b"x" * 17)},
        {"auth": "!!!!"},
        {"auth": None},
        {"more": "x"},
    ],
    ids=str,
)
def test_keys_that_are_none_are_refused(meadow: Provider, keys: dict[str, Any]):
    answer = meadow.ben.post("/api/push-subscriptions", subscription(meadow.ben, **keys))
    assert answer.status_code == 422
    assert f"keys.{next(iter(keys))}" in answer.get_json()["errors"]
