"""A red concern is written at the door without signal. The phone dies. Nobody looks. In the end somebody decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask

from server.extensions import work_for
from server.jobs.round import tick
from server.services import rebuild
from tests import factories
from tests.browser.conftest import Server
from tests.browser.device import TABLET, Device
from tests.people import Phone, Provider


def told(phone: Phone) -> list[str]:
    return [item["words"] for item in phone.fetch() if item["kind"] == "notice"]


def test_a_red_concern_goes_from_the_door_to_a_decision(
    meadow: Provider, server: Server, device: Callable[..., Device], app: Flask, jobs_app: Flask
):
    now = datetime.now(UTC)
    for own_name, rank in (("hana", 1), ("idris", 2)):
        worker = meadow.workers[own_name]
        factories.put_on_call(app, meadow.id, meadow.services["north"], worker, rank, now)

    # Amina has signed in some time before; at the door there is no signal and no server.
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    server.switch_off()
    phone.restart(signal_there=False)
    phone.go("new/concern")
    phone.choose("Yes")
    phone.next()
    phone.choose("Grace Adeyemi")
    phone.next()
    phone.page.get_by_role("textbox").fill("She is on the floor and her leg is bent. Crying.")
    phone.page.get_by_role("button", name="Send now").click()
    phone.sees("Saved on this phone. Not sent yet.")

    # The battery goes flat. When the phone starts again, what she wrote is there.
    phone.kill()
    phone.start(signal_there=False)
    phone.sees("1 not sent yet")
    phone.unlock()
    phone.sees("Saved on this phone. Not sent yet.")
    assert len(phone.stored("outbox")) == 1

    # Signal is back: it sends by itself.
    server.switch_on()
    phone.context.set_offline(False)
    phone.sees("All sent")
    phone.sees("Not seen yet.")
    assert phone.stored("outbox") == []

    # Nobody looks, and each rung is told in turn.
    sent_at = datetime.now(UTC)
    for minutes, expected in (
        (0, {"hana", "esther"}),
        (5, {"hana", "idris"}),
        (15, {"carol"}),
        (30, {"farah"}),
    ):
        assert tick(jobs_app, sent_at + timedelta(minutes=minutes, seconds=1)).raised == 1
        assert tick(jobs_app, sent_at + timedelta(minutes=minutes, seconds=1)).raised == 0
        heard = {
            name for name in ("hana", "idris", "esther", "carol", "farah", "ben") if told(meadow.phone(name))
        }
        assert heard == expected

    # Hana takes it on her tablet, and Carol decides on hers.
    tablet = device("hana", TABLET)
    tablet.start()
    tablet.sign_in("hana@meadow")
    tablet.go("queue")
    tablet.page.get_by_role("link", name="Something worries me: Grace Adeyemi").click()
    tablet.page.get_by_role("button", name="I have this").click()
    tablet.sees("Seen by Hana Suzuki")
    phone.go("home")
    phone.hears_signal()
    phone.sees("Seen by Hana Suzuki")

    assert tick(jobs_app, sent_at + timedelta(minutes=59)).raised == 0
    with app.app_context():
        work_for(meadow.id)
        assert rebuild.differences(app.extensions["rules"]) == []
