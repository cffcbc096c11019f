"""A manager decides on the tablet where there is no signal; the decision travels like anything else that is written."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests import answers
from tests.browser.conftest import Server
from tests.browser.device import TABLET, Device
from tests.people import Provider

WHY = "I rang her daughter. She had eaten late, at her daughter's, and is well."


def answer(tablet: Device, question: str, label: str) -> None:
    """Tap one of the answers to a question."""
    group = tablet.page.get_by_role("group", name=question)
    group.locator("label").filter(has_text=re.compile(rf"^{re.escape(label)}")).first.click()


def decide(tablet: Device) -> None:
    """Look at what Amina wrote, and decide with a reason."""
    tablet.page.get_by_role("link", name="Something worries me: Grace Adeyemi").click()
    tablet.sees("left her lunch")
    tablet.page.get_by_role("link", name="Decide what to do").click()
    answer(tablet, "Are you named in this", "No")
    answer(tablet, "What do you decide?", "No further action")
    tablet.page.get_by_label("Why?", exact=True).fill(WHY)
    answer(tablet, "Which statutory categories?", "None of these")
    answer(tablet, "How urgent is it now?", "Low")
    answer(tablet, "wishes considered?", "Yes")
    answer(tablet, "On what basis", "Nothing is shared")
    answer(tablet, "Must CQC be told?", "No")
    tablet.page.get_by_label("Why not?").fill("Nobody was hurt.")
    answer(tablet, "duty of candour", "It does not apply")
    tablet.page.get_by_label("Why does it not apply?").fill("Nobody was harmed.")
    answer(tablet, "Police?", "Not needed")
    tablet.page.get_by_role("button", name="Check and send").click()
    tablet.page.get_by_role("button", name="Send", exact=True).click()


def test_a_decision_made_without_signal_counts_and_a_later_one_stands_beside_it_without_effect(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    grace, north = meadow.people["grace"], meadow.services["north"]
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    concern = meadow.amina.write("concern", answers.concern(grace), service=north, person=grace)
    meadow.amina.send(concern)

    tablet = device("carol", TABLET)
    tablet.start()
    tablet.sign_in("carol@meadow")
    tablet.go("queue")
    tablet.page.get_by_role("link", name="Something worries me: Grace Adeyemi").wait_for()
    server.switch_off()
    tablet.context.set_offline(True)
    decide(tablet)
    tablet.sees("Saved on this phone. Not sent yet.")

    # Signal is back; only after that does Gwen decide otherwise.
    server.switch_on()
    tablet.context.set_offline(False)
    tablet.waits_until_empty("outbox")
    second = meadow.gwen.write(
        "review", answers.review("refer_to_council"), service=north, person=grace, about=concern.key
    )
    [outcome] = meadow.gwen.send(second)
    assert (outcome["outcome"], outcome["effect"]) == ("accepted", "none")

    # Carol sees both side by side, and which one does not count.
    tablet.hears_signal()
    tablet.go(f"thread/{concern.key}")
    tablet.sees("Gwen Pritchard")
    not_counted = tablet.page.get_by_role("region", name="Decision").filter(has_text="This does not count.")
    not_counted.wait_for()
    assert "Gwen Pritchard" in not_counted.inner_text()
    assert WHY not in not_counted.inner_text()

    # Amina sees what was decided and by whom.
    phone.hears_signal()
    phone.go(f"thread/{concern.key}")
    phone.sees("Nothing more needs to be done. You were right to tell us.")
    phone.sees("Carol Hughes")
