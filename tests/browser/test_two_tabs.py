"""Two tabs and the service worker of one tablet all send when signal returns: each entry goes once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask

from server.extensions import db, work_for
from server.models import Entry
from tests import answers
from tests.browser.conftest import Server
from tests.browser.device import TABLET, Device
from tests.browser.service_worker import ServiceWorker
from tests.people import PASSWORD, Provider, Written

COUNT = 20

#: Puts sealed items where the app keeps what waits, as if they had been written here while there was no signal.
PUT = """([rows]) => new Promise((resolve, reject) => {
    const opening = indexedDB.open("heed")
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
        const commit = opening.result.transaction("outbox", "readwrite")
        for (const row of rows) commit.objectStore("outbox").put(row)
        commit.oncomplete = () => { opening.result.close(); resolve() }
        commit.onabort = () => reject(commit.error)
    }
})"""


def row(meadow: Provider, entry: Written, place: int) -> dict[str, object]:
    """A row of the outbox; somebody else wrote it on this tablet, so whoever is there sends it."""
    return {
        "key": entry.key,
        "worker": str(meadow.workers["ben"]),
        "provider": str(meadow.id),
        "writtenBy": "Ben Okafor",
        "rank": 2,
        "savedAt": (datetime.now(UTC) + timedelta(milliseconds=place)).isoformat(),
        "item": entry.item,
        "refusals": 0,
        "trouble": "",
    }


def test_two_tabs_and_the_service_worker_send_each_entry_once(
    meadow: Provider, server: Server, device: Callable[..., Device], app: Flask
):
    tablet = device("shared", TABLET)
    tablet.start()
    tablet.context.grant_permissions(["background-sync"], origin=server.address)
    tablet.sign_in("hana@meadow")
    other = tablet.context.new_page()
    other.goto(server.address)
    other.get_by_label("Passphrase", exact=True).fill(PASSWORD)
    other.get_by_role("button", name="Open").click()
    other.get_by_role("heading", name="Hello").wait_for()
    service_worker = ServiceWorker(tablet)

    tablet.context.set_offline(True)
    note = answers.visit_note(meadow.people["grace"])
    written = [
        meadow.ben.write("visit-note", note, service=meadow.services["north"], person=meadow.people["grace"])
        for _ in range(COUNT)
    ]
    tablet.page.evaluate(PUT, [[row(meadow, entry, place) for place, entry in enumerate(written)]])
    before = len(server.road.batches)
    server.road.delay = 0.5

    # Signal is back: both tabs hear it, and the browser wakes the service worker.
    tablet.context.set_offline(False)
    service_worker.sync()
    tablet.waits_until_empty("outbox")

    sent = [id_ for batch in server.road.batches[before:] for id_ in batch]
    assert sorted(sent) == sorted(str(entry.id) for entry in written)
    with app.app_context():
        work_for(meadow.id)
        kept = [str(id_) for (id_,) in db.session.execute(db.select(Entry.id))]
    assert sorted(kept) == sorted(str(entry.id) for entry in written)
