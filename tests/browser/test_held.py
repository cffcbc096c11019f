"""What somebody wrote before they left comes in afterwards: the safeguarding lead reads all of it, with its photo."""

from __future__ import annotations

import io
from collections.abc import Callable

from flask import Flask
from PIL import Image

from tests.api.test_hand_in_photo import Left
from tests.browser.conftest import Server
from tests.browser.device import TABLET, Device
from tests.people import Provider


def bruise() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 400), "plum").save(out, "JPEG")
    return out.getvalue()


def test_the_lead_reads_what_a_leaver_wrote_and_sees_the_photo(
    app: Flask, meadow: Provider, server: Server, device: Callable[..., Device]
):
    left = Left(app, meadow, bruise())
    assert meadow.carol.post(f"/api/workers/{meadow.workers['amina']}/leave", None).status_code == 204
    assert left.hand_in_words() == "quarantined"
    assert left.hand_in_all().get_json()["outcome"] == "accepted"
    tablet = device("esther", TABLET)
    tablet.start()
    tablet.sign_in("esther@meadow")
    page = tablet.page
    page.get_by_role("link", name="1 thing waits for a decision").click()
    page.get_by_role("link", name="Came in with an error, from Amina Yusuf").click()
    tablet.sees("Its writer had left when it came.")
    tablet.sees("It was written as: Visit note.")
    tablet.sees(left.note.body["answers"]["note"])
    page.get_by_role("img", name="Photo 1").wait_for()
    page.get_by_role("link", name="Let a manager see this").wait_for()
    page.get_by_role("button", name="I have this").click()
    tablet.sees("Seen by Esther Bello")
    tablet.waits_until_empty("outbox")
    [stands] = [item for item in meadow.farah.fetch() if item["kind"] == "standing"]
    assert stands["seen_by"]["name"] == "Esther Bello"
