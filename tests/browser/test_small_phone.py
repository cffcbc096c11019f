"""On a small phone without signal, with or without its keyboard open, what has focus is never hidden.

Source: WCAG 2.2, success criterion 2.4.11, Focus Not Obscured (Minimum).
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Server
from tests.browser.device import PHONE, Device
from tests.browser.writing import go_to_words
from tests.people import Provider

#: What is left of a small phone's screen when its keyboard is open.
KEYBOARD_OPEN = {"width": 360, "height": 430}

#: Whatever has focus, unless it is in the bar itself; how much of it shows; and how tall it is.
IN_SIGHT = """() => {
    const focused = document.activeElement
    const bar = document.querySelector(".form-actions")
    if (!focused || focused === document.body || bar.contains(focused)) return null
    const whole = (focused.closest("label.option") ?? focused).getBoundingClientRect()
    const top = Math.max(whole.top, 0), bottom = Math.min(whole.bottom, innerHeight)
    const over = bar.getBoundingClientRect()
    const covered = Math.max(0, Math.min(bottom, over.bottom) - Math.max(top, over.top))
    return [focused.outerHTML.slice(0, 120), Math.round(bottom - top - covered), Math.round(whole.height)]
}"""


@pytest.mark.parametrize("size", [PHONE, KEYBOARD_OPEN], ids=["whole screen", "keyboard open"])
def test_what_is_being_answered_is_in_sight(
    meadow: Provider, server: Server, device: Callable[..., Device], size: dict[str, int]
):
    phone = device("amina", size)
    phone.start()
    phone.sign_in("amina@meadow")
    phone.context.set_offline(True)
    phone.go("new/concern")
    answers = [
        lambda: phone.choose("Yes"),
        lambda: phone.choose("Grace"),
        lambda: phone.page.locator("textarea").fill(STORY),
    ]
    for answer in answers:
        phone.page.get_by_role("button", name="Next").wait_for()
        answer()
        for _ in range(12):
            phone.page.keyboard.press("Tab")
            if seen := phone.page.evaluate(IN_SIGHT):
                what, height, whole = seen
                assert height >= min(whole, 40), what
        last = phone.page.get_by_role("button", name="Send now")
        if last.count() == 0:
            phone.next()
    # Typing on makes the box grow, and it comes up above the bar.
    phone.page.locator("textarea").press_sequentially(" And her lips are blue.")
    what, height, whole = phone.page.evaluate(IN_SIGHT)
    assert height == whole, what


def test_the_box_stays_in_sight_when_the_keyboard_opens(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    phone.context.set_offline(True)
    go_to_words(phone)
    phone.page.locator("textarea").click()
    phone.page.set_viewport_size(KEYBOARD_OPEN)
    phone.page.wait_for_function(f"({IN_SIGHT})()[1] >= 100")
    assert phone.page.get_by_role("link", name="Ring 999").count() == 1


STORY = "She is on the floor beside her bed, her left leg is bent and she is crying."
