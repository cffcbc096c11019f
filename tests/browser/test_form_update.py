"""A new version of a form is published while somebody is in the middle of the old one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from server.config import ROOT
from server.services.form import FormShelf
from tests.browser.conftest import Server
from tests.browser.device import Device
from tests.people import Provider

OLD, NEW = "Were they their usual self?", "How were they, compared with last week?"


@pytest.fixture
def newer_forms(tmp_path: Path) -> FormShelf:
    """The forms, and a second version of the visit note that asks one question in other words."""
    folder = tmp_path / "schemas"
    shutil.copytree(ROOT / "schemas", folder)
    form = json.loads((folder / "visit-note" / "v1.json").read_text())
    form |= {"$id": "urn:heed:form:visit-note:2", "x-version": 2}
    form["properties"]["as_usual"] = {**form["properties"]["as_usual"], "title": NEW}
    del form["properties"]["as_usual"]["x-title-named"]
    (folder / "visit-note" / "v2.json").write_text(json.dumps(form))
    return FormShelf.from_folder(folder)


def test_a_note_goes_on_in_the_version_it_was_begun_with_and_the_next_one_is_new(
    app: Flask,
    meadow: Provider,
    server: Server,
    device: Callable[..., Device],
    newer_forms: FormShelf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    phone.go("new/visit-note")
    phone.choose("Grace Adeyemi")
    phone.next()
    phone.page.locator("h1:focus").wait_for()
    phone.page.get_by_role("textbox").press_sequentially("Ate her porridge, home warm.", delay=10)
    draft = phone.page.evaluate("location.hash")

    monkeypatch.setitem(app.extensions, "forms", newer_forms)
    phone.restart(signal_there=True)
    phone.page.wait_for_function(
        """() => new Promise(done => { const opening = indexedDB.open("heed"); opening.onsuccess = () => {
            const asked = opening.result.transaction("form").objectStore("form").count(["visit-note", 2])
            asked.onsuccess = () => { opening.result.close(); done(asked.result === 1) } } })"""
    )
    phone.go(draft.removeprefix("#/"))
    assert phone.page.get_by_role("textbox").input_value() == "Ate her porridge, home warm."
    phone.next()
    phone.sees("usual self?")
    phone.choose("Yes")
    phone.next()
    phone.choose("No")
    phone.next()
    phone.page.get_by_role("button", name="Send", exact=True).click()
    phone.page.wait_for_url("**/#/sent/**")
    phone.waits_until_empty("outbox")
    [note] = [item for item in meadow.ben.fetch() if item["kind"] == "entry"]
    assert (note["version"], note["effect"]) == (1, "counted")

    phone.go("new/visit-note")
    phone.choose("Grace Adeyemi")
    phone.next()
    phone.page.locator("h1:focus").wait_for()
    phone.page.get_by_role("textbox").press_sequentially("Sat in the garden for an hour.", delay=10)
    phone.next()
    phone.sees(NEW)
