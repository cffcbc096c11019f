"""Ben sets up a code app, and afterwards signs in on another phone with his passphrase and what the app shows."""

from __future__ import annotations

import time
from collections.abc import Callable

import pyotp

from tests.browser.device import Device
from tests.people import PASSWORD, Provider

HALF_A_MINUTE = 30


def test_ben_sets_up_a_code_app_and_signs_in_with_its_code(meadow: Provider, device: Callable[..., Device]):
    phone = device("ben")
    phone.start()
    phone.sign_in("ben@meadow")
    phone.go("security")
    phone.page.get_by_role("button", name="Set up a code app").click()
    app = pyotp.TOTP(phone.page.locator(".secret-letters").inner_text().replace(" ", ""))
    assert phone.page.get_by_role("link", name="Open my code app").get_attribute("href") is not None
    code = phone.page.get_by_label("What 6 numbers does it show?")
    code.fill("12")
    phone.page.get_by_role("button", name="Check").click()
    phone.sees("Write the 6 numbers that the app shows")
    code.fill(app.now())
    phone.page.get_by_role("button", name="Check").click()
    phone.sees("Write these codes down")
    paper = phone.page.locator(".recovery-codes li").all_inner_texts()
    assert len(set(paper)) == 10
    phone.page.get_by_role("button", name="I have written them down").click()
    phone.sees("After your passphrase, Heed asks for 6 numbers from your code app.")

    other = device("ben-other")
    other.start()
    other.go("sign-in")
    other.page.get_by_label("Sign-in name").fill("ben@meadow")
    other.page.get_by_label("Passphrase", exact=True).fill(PASSWORD)
    other.page.get_by_role("button", name="Sign in").click()
    other.page.get_by_role("heading", name="One more step").wait_for()
    # What he typed wrongly stays in the box, and he may try again.
    other.page.get_by_label("Your code").fill(paper[0][:-1])
    other.page.get_by_role("button", name="Sign in").click()
    other.sees("That code is not right.")
    assert other.page.get_by_label("Your code").input_value() == paper[0][:-1]
    # Each code is good for once, and the one of this half minute may have set it up.
    other.page.get_by_label("Your code").fill(app.at(int(time.time()) + HALF_A_MINUTE))
    other.page.get_by_role("button", name="Sign in").click()
    other.page.get_by_role("heading", name="Hello").wait_for()
