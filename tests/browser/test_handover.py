"""A handover, written on the phone at the end of a shift, read by those who come next on the tablet that they share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.browser.conftest import Server
from tests.browser.device import TABLET, Device
from tests.people import Provider

CHANGED = "Drinks well from the blue cup, and only from that."


def put_shifts(meadow: Provider) -> None:
    """Amina is on shift, and Hana and Idris come next."""
    now = datetime.now(UTC)
    shifts = [
        {
            "from": (now + timedelta(hours=begins)).isoformat(),
            "until": (now + timedelta(hours=ends)).isoformat(),
            "workers": [str(meadow.workers[name]) for name in names],
        }
        for begins, ends, names in ((-6, 1, ["amina"]), (1, 9, ["hana", "idris"]))
    ]
    answer = meadow.carol.put(f"/api/services/{meadow.services['north']}/shifts", shifts)
    assert answer.status_code == 200, answer.get_data(as_text=True)


def write_handover(phone: Device) -> None:
    """Her shift and whom it is for are filled in already; she says who has changed."""
    phone.go("new/handover")
    phone.next()
    phone.next()
    for reader in ("Hana Suzuki", "Idris Cole"):
        assert phone.page.get_by_role("checkbox", name=reader).is_checked()
    assert not phone.page.get_by_role("checkbox", name="Ben Okafor").is_checked()
    phone.next()
    phone.page.get_by_role("button", name="Add person").click()
    for answer in ("Grace Adeyemi", "Steady", "No"):
        phone.choose(answer)
    phone.page.get_by_label("What changed?").fill(CHANGED)
    phone.choose("Everyone must say they have read this")
    phone.next()
    phone.choose("Yes")
    phone.page.get_by_role("button", name="Leave the rest, check and send").click()
    phone.page.get_by_role("button", name="Send", exact=True).click()


def read_it(tablet: Device, sign_in_name: str, back: str) -> None:
    """Say in own words what one will do, and that one has read it; then leave the tablet to the next."""
    tablet.sign_in(sign_in_name)
    tablet.go("entries")
    tablet.page.get_by_role("link", name="Handover").first.click()
    tablet.sees(CHANGED)
    tablet.page.get_by_role("button", name="I have read it").click()
    tablet.sees("Say what you will do for Grace Adeyemi")
    tablet.page.get_by_label("Grace Adeyemi: what will you do?").fill(back)
    tablet.page.get_by_role("button", name="I have read it").click()
    tablet.page.get_by_role("region", name="Say that you have read it").wait_for(state="detached")
    tablet.waits_until_empty("outbox")
    tablet.go("settings")
    tablet.page.get_by_role("button", name="Lock this phone").click()


def test_a_handover_is_complete_once_each_of_its_readers_has_said_back_what_they_will_do(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    put_shifts(meadow)
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    write_handover(phone)
    phone.waits_until_empty("outbox")

    tablet = device("shared", TABLET)
    tablet.start()
    read_it(tablet, "hana@meadow", "Use the blue cup")

    def standing() -> dict[str, object]:
        return [item for item in meadow.carol.fetch() if item["kind"] == "standing"][-1]

    assert standing()["state"] == "sent"
    read_it(tablet, "idris@meadow", "Keep the blue cup at hand")
    assert standing()["state"] == "complete"

    # Amina sees that both have read it, and what they will do.
    phone.hears_signal()
    phone.go("entries")
    phone.page.get_by_role("link", name="Handover").first.click()
    for words in ("Hana Suzuki", "Use the blue cup", "Idris Cole", "Keep the blue cup at hand"):
        phone.sees(words)
