"""Writing a concern in a hurry, and what came of it."""

from __future__ import annotations

import re
from uuid import UUID

from flask import Flask

from server.extensions import db, work_for
from server.models import Entry
from tests.browser.device import Device

#: The heading once the server has it; before that it says "Not sent yet".
SENT = re.compile("^Sent")


def go_to_words(phone: Device) -> None:
    """Begin a concern and go to where it says what happened."""
    phone.go("new/concern")
    phone.choose("Yes")
    phone.next()
    phone.choose("Grace Adeyemi")
    phone.next()
    # A new screen begins at its heading: whoever types before that types into nothing.
    phone.page.locator("h1:focus").wait_for()


def write(phone: Device, words: str) -> None:
    """Fill in a concern in a hurry; all that is left to do is to press Send now."""
    go_to_words(phone)
    phone.page.get_by_role("textbox").fill(words)


def press_send(phone: Device) -> None:
    """Send it."""
    phone.page.get_by_role("button", name="Send now").click()


def kept(app: Flask, provider: UUID) -> list[str]:
    """What the server has, as it was written: once for each time that it has it."""
    with app.app_context():
        work_for(provider)
        rows = db.session.scalars(db.select(Entry.answers).order_by(Entry.seq))
        return [str(answers["what_happened"]) for answers in rows]
