"""What a phone cannot send is saved as a file and handed in by a manager, and nothing of it can be read on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.browser.conftest import Server
from tests.browser.device import TABLET, Device
from tests.browser.writing import press_send, write
from tests.people import Provider

STORY = "She is on the floor and her leg is bent."


def test_a_manager_loads_what_aminas_phone_saved(
    meadow: Provider, server: Server, device: Callable[..., Device], tmp_path: Path
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    phone.context.set_offline(True)
    write(phone, STORY)
    press_send(phone)
    phone.sees("Saved on this phone. Not sent yet.")
    phone.go("outbox")
    with phone.page.expect_download() as saving:
        phone.page.get_by_role("button", name="Save a rescue file").click()
    saved = tmp_path / saving.value.suggested_filename
    saving.value.save_as(saved)
    phone.sees(f"Saved as {saved.name}")
    assert STORY not in saved.read_text()
    assert "Amina" not in saved.read_text()
    assert len(phone.stored("outbox")) == 1

    tablet = device("carol", TABLET)
    tablet.start()
    tablet.sign_in("carol@meadow")
    tablet.go("phones")
    tablet.page.get_by_label("Rescue file").set_input_files(saved)
    tablet.sees("1 of 1 entries are with the office now.")
    assert STORY in [
        entry["answers"].get("what_happened") for entry in meadow.hana.fetch() if "answers" in entry
    ]

    # The phone sends its own when it can, and hears that it was there already.
    phone.context.set_offline(False)
    phone.hears_signal()
    phone.waits_until_empty("outbox")
