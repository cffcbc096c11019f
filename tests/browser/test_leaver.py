"""Somebody leaves with something unsent on their phone: it is kept for a manager to read, and the phone says so."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from server.extensions import db, work_for
from server.models import Quarantine
from tests.browser.conftest import Server
from tests.browser.device import Device
from tests.browser.writing import press_send, write
from tests.people import Provider

STORY = "She is on the floor and her leg is bent."


def test_a_leavers_phone_hands_in_what_it_holds_and_says_so_in_plain_words(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    server.switch_off()
    write(phone, STORY)
    press_send(phone)
    phone.sees("Saved on this phone. Not sent yet.")
    assert meadow.carol.post(f"/api/workers/{meadow.workers['amina']}/leave", None).status_code == 204

    server.switch_on()
    phone.hears_signal()
    phone.sees("Your manager has noted that you have left")
    phone.sees("somebody at the office reads it")
    phone.waits_until_empty("outbox")
    with meadow.app.app_context():
        work_for(meadow.id)
        kept = db.session.scalars(select(Quarantine)).one()
        assert (kept.author_id, kept.reason) == (meadow.workers["amina"], "left")
    # Neither her passphrase nor signing in opens anything now; a code from a manager would.
    assert phone.page.get_by_label("Passphrase", exact=True).count() == 0
    assert phone.page.get_by_role("link", name="Sign in again").count() == 0
    phone.page.get_by_role("link", name="I have a code").wait_for()
