"""A passphrase that is changed opens the phone from then on; one that was forgotten costs nothing that was sent."""

from __future__ import annotations

from collections.abc import Callable

from tests.api.test_password import code_for
from tests.browser.conftest import Server
from tests.browser.device import Device
from tests.browser.writing import press_send, write
from tests.people import PASSWORD, Provider

NEW = "seven geese on a wet roof"
STORY = "She is on the floor and her leg is bent."


def open_with(phone: Device, passphrase: str) -> None:
    """Try to unlock."""
    phone.page.get_by_label("Passphrase", exact=True).fill(passphrase)
    phone.page.get_by_role("button", name="Open").click()


def test_amina_changes_her_passphrase_and_only_the_new_one_opens_her_phone_without_signal(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    phone.go("change-passphrase")
    phone.page.get_by_label("Passphrase now").fill(PASSWORD)
    phone.page.get_by_label("New passphrase").fill(NEW)
    phone.page.get_by_role("button", name="Change it").click()
    phone.sees("Your passphrase is changed")

    phone.context.set_offline(True)
    phone.page.reload()
    open_with(phone, PASSWORD)
    phone.sees("That is not the passphrase. Try again.")
    open_with(phone, NEW)
    phone.page.get_by_label("Passphrase now").wait_for()
    phone.sees("No signal")


def test_what_waits_on_the_phone_of_somebody_who_forgot_arrives_after_the_new_passphrase(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    phone.context.set_offline(True)
    write(phone, STORY)
    server.switch_off()
    press_send(phone)
    phone.sees("Saved on this phone. Not sent yet.")
    phone.page.reload()
    code = code_for(meadow, "amina")

    phone.page.get_by_role("link", name="I do not know my passphrase").click()
    phone.page.get_by_label("Password code").fill(code.lower())
    phone.page.get_by_label("Choose a new passphrase").fill(NEW)
    phone.page.get_by_role("button", name="Change and sign in").click()
    phone.sees("There is no signal now.")
    server.switch_on()
    phone.context.set_offline(False)
    phone.page.get_by_role("button", name="Change and sign in").click()
    phone.page.get_by_role("heading", name="Hello").wait_for()
    phone.waits_until_empty("outbox")
    arrived = [entry for entry in meadow.hana.fetch() if "answers" in entry]
    assert [entry["answers"]["what_happened"] for entry in arrived] == [STORY]
    phone.page.reload()
    open_with(phone, NEW)
    phone.page.get_by_role("heading", name="Hello").wait_for()
