"""A worker writes about her only manager with no signal: nobody inside is left, and she sees at once whom to ring."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask

from tests.api.test_restricted import small_provider
from tests.browser.conftest import Server
from tests.browser.device import TABLET, Device

COUNCIL = "01632 960 444"
STORY = "The manager told us to leave him in the wet bed until the next shift came."
ANSWERS = {
    "Is anyone in danger right now?": "No",
    "How do you know?": "I saw it",
    "What is it about?": "Poor care or rules in a service",
    "hurt or unwell?": "No",
    "safe now?": "Yes",
    "Who might have caused it?": "A manager",
    "What have you done?": "Stayed with them",
    "know you are telling us?": "Could not ask",
    "Is anyone else at risk?": "Not sure",
}


def write_about_the_manager(tablet: Device) -> None:
    """Fill in the whole form, and send it."""
    page = tablet.page
    tablet.go("new/concern")
    page.get_by_role("group", name="Is anyone in danger right now?").wait_for()
    tablet.choose("Grace")
    for question, answer in ANSWERS.items():
        group = page.get_by_role("group", name=question)
        group.locator("label").filter(has_text=re.compile(rf"^{answer}")).first.click(timeout=8000)
    page.get_by_label("What did you see, hear or get told?").fill(STORY)
    page.get_by_role("button", name="Check and send").click()
    page.get_by_role("button", name="Send", exact=True).click()


def test_who_writes_about_her_only_manager_sees_whom_to_ring_outside(
    app: Flask, server: Server, device: Callable[..., Device]
):
    brook = small_provider(app)
    path = f"/api/services/{brook.services['north']}/council-number"
    assert brook.carol.put(path, {"number": COUNCIL}).status_code == 200
    tablet = device("amina", TABLET)
    tablet.start()
    tablet.sign_in("amina@brook")
    server.switch_off()
    tablet.context.set_offline(True)
    write_about_the_manager(tablet)
    tablet.sees("Saved on this phone. Not sent yet.")
    tablet.sees("Nobody here may read this")
    tablet.page.get_by_role("link", name=COUNCIL).wait_for()
    tablet.page.get_by_role("link", name="Care Quality Commission").wait_for()
    # Whoever is on call may be whom it is about.
    assert tablet.page.get_by_role("link", name="Ring on-call").count() == 0

    # The server says so too, and goes on saying so on the thread.
    server.switch_on()
    tablet.context.set_offline(False)
    tablet.hears_signal()
    tablet.waits_until_empty("outbox")
    tablet.sees("Nobody here may read this")
    assert brook.carol.fetch() == []
