"""A device with no room left says so, and never looks as if something had been kept."""

from __future__ import annotations

from collections.abc import Callable

from tests.answers import concern
from tests.browser.device import TABLET, Device
from tests.people import Provider

#: Chromium's own quota override does not bite once an origin holds data, so the last step before the disk refuses.
FULL = """() => {
    window.roomyPut = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = () => { throw new DOMException("The disk is full.", "QuotaExceededError") }
}"""


def test_a_tap_that_could_not_be_kept_says_so_and_can_be_tried_again(
    meadow: Provider, device: Callable[..., Device]
):
    north, grace = meadow.services["north"], meadow.people["grace"]
    meadow.amina.send(meadow.amina.write("concern", concern(grace), service=north, person=grace))
    tablet = device("hana", TABLET)
    tablet.start()
    tablet.sign_in("hana@meadow")
    tablet.go("queue")
    tablet.page.get_by_role("link", name="Something worries me: Grace Adeyemi").click()
    have = tablet.page.get_by_role("button", name="I have this")
    have.wait_for()
    tablet.page.evaluate(FULL)
    have.click()
    tablet.sees("There is no room left on this phone.")
    assert tablet.stored("outbox") == []
    tablet.page.evaluate("() => { IDBObjectStore.prototype.put = window.roomyPut }")
    have.click()
    tablet.sees("Seen by Hana Suzuki", timeout=40_000)
