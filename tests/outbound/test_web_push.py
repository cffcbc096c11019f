"""One push to one browser: what goes out, and what each answer of a push service means."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from server.outbound.web_push import Answer, Ending, WebPush
from tests.push_service import PushService, Subscription, serving


@pytest.fixture
def service() -> Iterator[PushService]:
    with serving() as running:
        yield running


@pytest.fixture
def push(service: PushService) -> WebPush:
    key = ec.generate_private_key(ec.SECP256R1())
    return WebPush(key, "mailto:heed@example.org", [service.host])


def send(push: WebPush, to: Subscription, *, is_red: bool = False) -> Answer:
    said = to.as_browsers_say_it
    return push.send(to.endpoint, said["keys"]["p256dh"], said["keys"]["auth"], uuid4(), is_red=is_red)


def test_a_push_says_nothing_about_anybody_and_is_always_of_one_size(push: WebPush, service: PushService):
    to = service.subscribe()
    for is_red in (True, False):
        assert send(push, to, is_red=is_red).ending is Ending.SENT
    assert service.faults == []
    red, other = to.received
    assert red.size == other.size
    assert red.said["notification"]["body"] == "A red concern needs you. Open the app."
    assert other.said["notification"]["body"] == "Something in Heed needs you. Open the app."
    for each in (red, other):
        assert set(each.said) == {"web_push", "notification"}
        assert each.said["notification"]["title"] == "Heed"
        assert each.said["notification"]["navigate"] == "/#/notices"
        assert each.headers["Urgency"] == "high"
        assert each.headers["Topic"] == each.said["notification"]["tag"]
        assert len(each.headers["Topic"]) == 32
        assert int(each.headers["TTL"]) > 0


def test_the_same_notice_takes_the_place_of_the_first(push: WebPush, service: PushService):
    to = service.subscribe()
    said, notice = to.as_browsers_say_it["keys"], uuid4()
    for _ in range(2):
        push.send(to.endpoint, said["p256dh"], said["auth"], notice, is_red=True)
    assert to.received[0].headers["Topic"] == to.received[1].headers["Topic"]


def test_each_push_service_gets_claims_of_its_own(service: PushService):
    with serving() as second:
        push = WebPush(
            ec.generate_private_key(ec.SECP256R1()), "mailto:heed@example.org", [service.host, second.host]
        )
        assert send(push, service.subscribe()).ending is Ending.SENT
        assert send(push, second.subscribe()).ending is Ending.SENT
        assert service.faults + second.faults == []


@pytest.mark.parametrize(
    ("answers", "ending"),
    [
        ({"status": 200}, Ending.SENT),
        ({"status": 201}, Ending.SENT),
        ({"status": 202}, Ending.SENT),
        ({"status": 404}, Ending.GONE),
        ({"status": 410}, Ending.GONE),
        ({"status": 429}, Ending.LATER),
        ({"status": 500}, Ending.LATER),
        ({"status": 503}, Ending.LATER),
        ({"status": 400}, Ending.REFUSED),
        ({"status": 401}, Ending.REFUSED),
        ({"status": 403}, Ending.REFUSED),
        ({"status": 413}, Ending.REFUSED),
        ({"status": 302, "headers": {"Location": "/inside"}}, Ending.REFUSED),
        ({"status": 303, "headers": {"Location": "/inside"}}, Ending.REFUSED),
        ({"status": 307, "headers": {"Location": "/inside"}}, Ending.REFUSED),
    ],
)
def test_every_answer_has_its_meaning(
    push: WebPush, service: PushService, answers: dict[str, Any], ending: Ending
):
    answer = send(push, service.subscribe(**answers))
    assert (answer.ending, answer.status) == (ending, answers["status"])
    assert answer.words
    assert (service.redirected, service.faults) == ([], [])


def test_a_push_service_says_how_long_to_wait(push: WebPush, service: PushService):
    until = format_datetime(datetime.now(UTC) + timedelta(minutes=3), usegmt=True)
    for said, least, most in (
        ("120", 120, 120),
        (until, 170, 180),
        ("-5", 0, 0),
        ("soon", 0, 0),
        ("99999999999", 86400, 86400),
        ("Tue, 24 Nov 2026 10:00:00 +99999999999999", 0, 0),
        ("Tue, 24 Nov 2026 10:00:00 GMT", 0, 0),
    ):
        answer = send(push, service.subscribe(status=429, headers={"Retry-After": said}))
        wait = answer.wait.total_seconds() if answer.wait else 0
        assert least <= wait <= most, said


def test_a_push_service_that_hangs_is_left(push: WebPush, service: PushService):
    begun = monotonic()
    assert send(push, service.subscribe(hang=30)).ending is Ending.LATER
    assert monotonic() - begun < 9


def test_a_huge_answer_is_not_read(push: WebPush, service: PushService):
    tracemalloc.start()
    assert send(push, service.subscribe(status=500, body=50 * 1024 * 1024)).ending is Ending.LATER
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * 1024 * 1024


def test_nothing_listens_there(push: WebPush, service: PushService):
    to = service.subscribe()
    service.closing.set()
    service.shutdown()
    service.server_close()
    assert send(push, to).ending is Ending.LATER


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:1/push",
        "https://169.254.169.254/latest",
        "https://fcm.googleapis.com.evil.example/x",
        "file:///etc/passwd",
        # No name may be so long or so empty; asking the network for one raises something of its own.
        f"https://{'a' * 64}.push.services.mozilla.com/x",
        "https://a..push.services.mozilla.com/x",
    ],
)
def test_an_address_that_is_no_push_service_is_never_reached(
    push: WebPush, service: PushService, endpoint: str
):
    keys = service.subscribe().as_browsers_say_it["keys"]
    answer = push.send(endpoint, keys["p256dh"], keys["auth"], uuid4(), is_red=True)
    assert (answer.ending, answer.status) == (Ending.REFUSED, None)


@pytest.mark.parametrize(("p256dh", "auth"), [("", ""), ("AAAA", "AAAA"), ("é", "é"), ("B" * 87, "A" * 22)])
def test_keys_that_are_none_are_refused_in_words(push: WebPush, service: PushService, p256dh: str, auth: str):
    answer = push.send(service.subscribe().endpoint, p256dh, auth, uuid4(), is_red=True)
    assert (answer.ending, answer.words) == (Ending.REFUSED, "The device's keys do not work.")
