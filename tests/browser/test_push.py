"""Being told in the browser, from the tap that switches alerts on to the tap on the notification.

A browser of the tests cannot subscribe with a real push service, so it is given a subscription of the tests' own;
all else is real: the request, the encrypted push, its way into the service worker, and what is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from server.app import JOBS, create_app
from server.config import Config
from server.extensions import db, work_for
from server.jobs.round import tick
from server.models import PushSubscription
from tests import answers, factories
from tests.browser.conftest import Server
from tests.browser.device import TABLET, Device
from tests.browser.service_worker import ServiceWorker
from tests.people import Provider
from tests.push_service import PushService, serving

RED = "A red concern needs you. Open the app."
OTHER = "Something in Heed needs you. Open the app."

#: A push manager that gives out one subscription, and insists on what real ones insist on.
GIVE = """(said => {
    let current = null
    const made = options => ({
        endpoint: said.endpoint, options, toJSON: () => said,
        unsubscribe: async () => { current = null; return true },
    })
    PushManager.prototype.subscribe = async options => {
        if (!options.userVisibleOnly) throw new DOMException("Pushes must be shown", "NotAllowedError")
        if (options.applicationServerKey.byteLength !== 65) throw new TypeError("No key")
        return current = made(options)
    }
    PushManager.prototype.getSubscription = async () => current
})(%s)"""

SHOWN = """async () => {
    const registration = await navigator.serviceWorker.ready
    return (await registration.getNotifications()).map(({title, body, tag}) => ({title, body, tag}))
}"""

#: A tap on the notification that says this.
TAP = """async said => {
    const shown = await registration.getNotifications()
    const notification = shown.find(({body}) => body === said)
    dispatchEvent(new NotificationEvent("notificationclick", {notification}))
}"""


@pytest.fixture
def push_service() -> Iterator[PushService]:
    """A push service of this test's own."""
    with serving() as running:
        yield running


@pytest.fixture
def telling(
    app: Flask, shared_database: str, config_for: Callable[..., Config], push_service: PushService
) -> Iterator[Callable[..., Flask]]:
    """Makes Heed as one of its processes that may push to the tests' own service."""
    made: list[Flask] = []

    def make(*role: str) -> Flask:
        made.append(create_app(config_for(shared_database, HEED_PUSH_HOSTS=push_service.host), *role))
        return made[-1]

    yield make
    for each in made:
        with each.app_context():
            db.engine.dispose()


@pytest.fixture
def server(telling: Callable[..., Flask]) -> Iterator[Server]:
    """Heed, switched on."""
    served = Server(telling())
    served.switch_on()
    yield served
    served.switch_off()


def subscribed(app: Flask, meadow: Provider) -> list[str]:
    """Where the server would push to."""
    with app.app_context():
        work_for(meadow.id)
        alive = db.select(PushSubscription.endpoint).where(PushSubscription.gone_at.is_(None))
        return list(db.session.scalars(alive))


def shown(tablet: Device, *bodies: str) -> list[dict[str, Any]]:
    """What the browser shows, once that is what it shows."""
    notifications: list[dict[str, Any]] = []
    for _ in range(100):
        notifications = tablet.page.evaluate(SHOWN)
        if sorted(each["body"] for each in notifications) == sorted(bodies):
            return notifications
        tablet.page.wait_for_timeout(100)
    raise AssertionError(f"Shown is: {notifications}")


def test_a_red_concern_is_told_to_the_tablet_of_whoever_is_on_call(
    meadow: Provider,
    push_service: PushService,
    server: Server,
    telling: Callable[..., Flask],
    device: Callable[..., Device],
    app: Flask,
):
    now = datetime.now(UTC)
    factories.put_on_call(app, meadow.id, meadow.services["north"], meadow.workers["hana"], 1, now)
    subscription = push_service.subscribe()
    tablet = device("hana", TABLET)
    tablet.start(init_script=GIVE % json.dumps(subscription.as_browsers_say_it))
    tablet.context.grant_permissions(["notifications"], origin=server.address)
    tablet.sign_in("hana@meadow")

    # She switches alerts on, and the server knows where to push.
    tablet.go("settings")
    tablet.page.get_by_role("button", name="Turn alerts on").click()
    tablet.sees("This device is told when something needs you.")
    assert subscribed(app, meadow) == [subscription.endpoint]

    # Amina writes that somebody is in danger, and the clock does the rest.
    grace = meadow.people["grace"]
    concern = meadow.amina.write(
        "concern",
        answers.concern(grace, danger_now="yes"),
        service=meadow.services["north"],
        person=grace,
    )
    [outcome] = meadow.amina.send(concern)
    assert outcome["outcome"] == "accepted"
    done = tick(telling(JOBS), datetime.now(UTC) + timedelta(seconds=1))
    assert (done.raised, done.sent) == (1, 1)
    assert push_service.faults == []
    [push] = subscription.received

    # What the push service decrypted comes to the service worker, and is shown as it is.
    service_worker = ServiceWorker(tablet)
    service_worker.push(json.dumps(push.said))
    [notification] = shown(tablet, RED)
    assert (notification["title"], notification["body"]) == ("Heed", RED)
    everything = json.dumps(notification).casefold()
    for word in ("grace", "adeyemi", "amina", "north", str(grace), str(concern.id), "lunch"):
        assert word.casefold() not in everything

    # The same push again takes the place of the first; an empty one is shown, too.
    service_worker.push(json.dumps(push.said))
    service_worker.push("")
    shown(tablet, RED, OTHER)

    # She taps it, and sees what it is about.
    tablet.context.service_workers[0].evaluate(TAP, RED)
    tablet.page.wait_for_url("**/#/notices")
    tablet.page.get_by_role("link", name="Grace Adeyemi").first.wait_for()
    shown(tablet, OTHER)

    # She switches alerts off, and the server forgets where to push.
    tablet.go("settings")
    tablet.page.get_by_role("button", name="Turn alerts off").click()
    tablet.sees("This device is not told when something needs you.")
    assert subscribed(app, meadow) == []


def test_a_browser_without_a_push_service_says_so(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    tablet = device("hana", TABLET)
    tablet.start()
    tablet.context.grant_permissions(["notifications"], origin=server.address)
    tablet.sign_in("hana@meadow")
    tablet.go("settings")
    tablet.page.clock.install()
    tablet.page.get_by_role("button", name="Turn alerts on").click()
    # It waits for ten seconds, from the moment that the browser lets it ask.
    while tablet.page.get_by_role("button", name="Wait…").count():
        tablet.page.clock.fast_forward(11_000)
        tablet.page.wait_for_timeout(100)
    tablet.sees("This browser cannot show alerts. Look in Heed yourself, or use another browser.")
