"""Money from somebody's purse: a receipt with a photo, written without signal, checked on the supervisor's tablet."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

from tests.browser.conftest import Server
from tests.browser.device import TABLET, Device
from tests.people import Provider

LONGEST_SIDE = 1600


def photo() -> bytes:
    """A photo of a receipt as a phone takes it: large, and knowing too much about itself."""
    picture = Image.new("RGB", (2400, 3200), "white")
    ImageDraw.Draw(picture).rectangle((300, 400, 2100, 700), fill="black")
    about = Image.Exif()
    about[0x0110] = "Phone of Amina"
    kept = io.BytesIO()
    picture.save(kept, "JPEG", exif=about)
    return kept.getvalue()


def write_receipt(phone: Device) -> None:
    """Seven pounds thirty-five at the corner shop, a question at a time."""
    phone.go("new/transaction-receipt")
    for answer in ("Grace Adeyemi", "Spent", "7.35", "", "Food", "Corner shop", "Their prepaid card"):
        if answer in ("7.35", "Food", "Corner shop"):
            phone.page.get_by_role("textbox").fill(answer)
        elif answer:
            phone.choose(answer)
        phone.next()
    phone.choose("Yes – take a photo")
    phone.next()
    picture = {"name": "receipt.jpg", "mimeType": "image/jpeg", "buffer": photo()}
    phone.page.set_input_files("input[type=file]:not([capture])", files=[picture])
    phone.page.get_by_role("img", name="Photo 1").wait_for()
    phone.next()
    for answer in ("Yes, said so", "The person", "No", "No"):
        phone.choose(answer)
        phone.next()
    phone.page.get_by_role("button", name="Send", exact=True).click()


def test_a_receipt_written_without_signal_is_checked_on_the_tablet_and_the_worker_sees_it(
    meadow: Provider, server: Server, device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    server.switch_off()
    phone.context.set_offline(True)
    write_receipt(phone)
    phone.sees("Saved on this phone. Not sent yet.")
    assert len(phone.stored("outboxPhoto")) == 1

    # Signal is back: first the words, then the photo.
    server.switch_on()
    phone.context.set_offline(False)
    phone.waits_until_empty("outbox")
    phone.waits_until_empty("outboxPhoto")

    # What the server has is smaller, and says nothing of the phone that took it.
    [entry] = [item for item in meadow.ben.fetch() if item["kind"] == "entry"]
    [named] = entry["photos"]
    device_id, entry_id = entry["key"].split(".")
    answer = meadow.ben.get(f"/api/photo/{device_id}/{entry_id}/{named['hash']}")
    picture = Image.open(io.BytesIO(answer.get_data()))
    assert max(picture.size) == LONGEST_SIDE
    assert not picture.getexif()
    assert b"Amina" not in answer.get_data()

    # Ben looks at it on his tablet, beside the amount.
    tablet = device("ben", TABLET)
    tablet.start()
    tablet.sign_in("ben@meadow")
    tablet.go("receipts")
    tablet.page.get_by_role("link", name="Grace Adeyemi").first.click()
    receipt = tablet.page.get_by_role("img", name="Receipt, photo 1")
    receipt.wait_for()
    assert receipt.evaluate("image => image.naturalHeight") == LONGEST_SIDE
    tablet.sees("£7.35")
    tablet.choose("It adds up")
    tablet.page.get_by_role("textbox").fill("Receipt, amount and date match.")
    tablet.page.get_by_role("button", name="Send the check").click()
    tablet.sees("You checked it")
    tablet.waits_until_empty("outbox")

    # Amina is told what came of it.
    phone.hears_signal()
    phone.go("entries")
    phone.page.get_by_role("link", name="Grace Adeyemi").first.click()
    phone.sees("The receipt was checked and is right.")
    phone.sees("Ben Okafor")
