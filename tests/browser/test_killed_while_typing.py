"""The battery goes flat in the middle of a word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Server
from tests.browser.device import Device
from tests.browser.writing import go_to_words
from tests.people import Provider

WORDS = "She is on the floor beside the bed, her left leg is bent and she says that it hurts."


@pytest.mark.parametrize("typed", [7, len(WORDS)])
def test_a_phone_killed_in_the_middle_of_a_word_loses_no_more_than_the_last_keystroke(
    meadow: Provider, server: Server, device: Callable[..., Device], typed: int
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    server.switch_off()
    go_to_words(phone)
    box = phone.page.get_by_role("textbox")
    box.press_sequentially(WORDS[:typed], delay=15)
    assert box.input_value() == WORDS[:typed]
    place = phone.page.evaluate("location.hash")
    phone.kill()

    phone.start(signal_there=False)
    phone.unlock()
    phone.go(place.removeprefix("#/"))
    kept = phone.page.get_by_role("textbox").input_value()
    assert WORDS[:typed].startswith(kept)
    assert len(kept) >= typed - 1
