"""A phone that its manager reports lost: it closes at its next contact, and what waits on it is not lost."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from server.extensions import db
from tests.browser.conftest import Server
from tests.browser.device import TABLET, Device
from tests.browser.writing import press_send, write
from tests.people import PASSWORD, Provider


def test_a_lost_phone_closes_at_its_next_contact_and_what_waits_on_it_is_kept_for_the_manager(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    server.switch_off()
    write(phone, "She is on the floor and her leg is bent.")
    press_send(phone)
    phone.sees("Saved on this phone. Not sent yet.")
    (row,) = phone.stored("worker")
    lost = f"/api/workers/{row['worker']}/devices/{row['device']}/revoke"
    assert meadow.carol.post(lost, {}).status_code == 204

    server.switch_on()
    phone.hears_signal()
    phone.sees("This phone was reported lost")
    phone.waits_until_empty("outbox")
    assert phone.page.get_by_label("Passphrase", exact=True).count() == 0

    # It was in the other coat: she signs in on it again and reads.
    phone.page.get_by_role("link", name="Sign in again").first.click()
    phone.page.get_by_label("Passphrase", exact=True).fill(PASSWORD)
    phone.page.get_by_role("button", name="Sign in").click()
    phone.page.get_by_role("heading", name="Hello").wait_for()


def test_carol_shows_again_who_she_is_before_somebody_leaves(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    tablet = device("carol", TABLET)
    tablet.start()
    tablet.sign_in("carol@meadow")
    with meadow.app.app_context(), db.engine.begin() as owner:
        owner.execute(text("SELECT set_config('heed.provider', :it, true)"), {"it": str(meadow.id)})
        owner.execute(text("UPDATE worker_session SET fresh_until = now() - interval '1 minute'"))
    tablet.go(f"worker/{meadow.workers['amina']}")
    tablet.page.get_by_role("button", name="Amina Yusuf has left us").click()
    sure = tablet.page.get_by_role("group", name="Has Amina Yusuf left?")
    sure.get_by_role("button", name="Amina Yusuf has left us").click()
    dialog = tablet.page.get_by_role("dialog", name="Is it you?")
    dialog.get_by_role("button", name="Do not go on").click()
    tablet.sees("Nothing was changed.")
    tablet.page.get_by_role("button", name="Amina Yusuf has left us").click()
    sure.get_by_role("button", name="Amina Yusuf has left us").click()
    dialog.get_by_label("Passphrase", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Go on", exact=True).click()
    tablet.sees("Amina Yusuf left on")
