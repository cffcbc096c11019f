"""Whoever has a passkey on their phone signs in with it, and opens what the phone keeps, with signal or without."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.conftest import Server
from tests.browser.device import Device
from tests.browser.phone_lock import PhoneLock
from tests.people import PASSWORD, Provider

ANOTHER = "That passkey does not open this."


def make_passkey(phone: Device) -> None:
    """In the settings, with the passphrase once more."""
    phone.go("security")
    phone.page.get_by_role("button", name="Unlock with this phone").click()
    phone.page.get_by_label("Your passphrase, once more").fill(PASSWORD)
    phone.page.get_by_role("button", name="Go on").click()


def test_amina_opens_her_phone_with_its_own_lock_without_signal_and_nobody_elses_lock_does(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    lock = PhoneLock(phone, can_unlock=True)
    phone.sign_in("amina@meadow")
    make_passkey(phone)
    phone.sees("Write these codes down")
    phone.page.get_by_role("button", name="I have written them down").click()
    phone.sees("opens Heed here")
    assert len(lock.passkeys()) == 1

    phone.context.set_offline(True)
    phone.go("home")
    phone.page.reload()
    phone.page.get_by_role("button", name="Unlock with this phone").click()
    phone.page.get_by_role("heading", name="Hello").wait_for()

    phone.page.reload()
    lock.become_another()
    phone.page.get_by_role("button", name="Unlock with this phone").click()
    phone.sees(ANOTHER)
    phone.unlock()


def test_amina_signs_in_with_her_passkey_on_a_phone_that_has_nothing_of_hers(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    PhoneLock(phone, can_unlock=True)
    phone.sign_in("amina@meadow")
    make_passkey(phone)
    phone.page.get_by_role("button", name="I have written them down").click()
    phone.go("settings")
    phone.page.get_by_role("button", name="Sign out").click()
    phone.page.get_by_role("group", name="Sign out?").get_by_role("button", name="Sign out").click()
    phone.page.get_by_role("heading", name="Sign in").wait_for()

    phone.page.get_by_role("button", name="Use a passkey").click()
    phone.page.get_by_role("heading", name="Hello").wait_for()
    # She wrote no passphrase here, so this phone's own lock alone opens it.
    phone.page.reload()
    phone.page.get_by_role("button", name="Unlock with this phone").wait_for()
    assert phone.page.get_by_label("Passphrase", exact=True).count() == 0
    phone.page.get_by_role("button", name="Unlock with this phone").click()
    phone.page.get_by_role("heading", name="Hello").wait_for()


def test_a_passkey_that_cannot_open_a_phone_signs_in_and_heed_says_that_the_passphrase_opens_it(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    PhoneLock(phone, can_unlock=False)
    phone.sign_in("amina@meadow")
    make_passkey(phone)
    phone.page.get_by_role("button", name="I have written them down").click()
    phone.sees("It cannot open what Heed keeps on this phone")
    phone.page.reload()
    phone.page.get_by_label("Passphrase", exact=True).wait_for()
    assert phone.page.get_by_role("button", name="Unlock with this phone").count() == 0

    phone.go("sign-in")
    phone.page.get_by_role("button", name="Use a passkey").click()
    phone.sees("You are signed in. What you have on this phone is still closed.")
    phone.page.get_by_label("Passphrase", exact=True).fill(PASSWORD)
    phone.page.get_by_role("button", name="Open").click()
    phone.page.get_by_role("heading", name="Hello").wait_for()


def test_a_passkey_that_amina_removes_elsewhere_opens_her_phone_no_more(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    other = meadow.amina
    assert other.sign_in().status_code == 200
    phone = device("amina")
    phone.start()
    PhoneLock(phone, can_unlock=True)
    phone.sign_in("amina@meadow")
    make_passkey(phone)
    phone.page.get_by_role("button", name="I have written them down").click()
    phone.sees("opens Heed here")
    (made,) = other.get("/api/me/security").get_json()["passkeys"]
    assert other.delete(f"/api/me/passkeys/{made['id']}", None).status_code == 204

    phone.go("home")
    phone.hears_signal()
    for _ in range(100):
        (row,) = phone.stored("worker")
        if [wrap["by"] for wrap in row["wraps"]] == ["passphrase"]:
            break
        phone.page.wait_for_timeout(100)
    phone.page.reload()
    phone.page.get_by_label("Passphrase", exact=True).wait_for()
    assert phone.page.get_by_role("button", name="Unlock with this phone").count() == 0
    phone.unlock()
