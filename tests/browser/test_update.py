"""A new version of the app: there completely or not at all, and never under somebody's hands."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from flask import Flask

from server.app import create_app
from server.config import Config
from server.extensions import db
from tests.browser.conftest import Server
from tests.browser.device import Device
from tests.browser.writing import write
from tests.people import Provider

STORY = "She is on the floor and her leg is bent."
NEW_PART = "/assets/new-in-this-version.js"
READY = "A new version of Heed is ready."

#: Looks for a new version, as the browser does by itself, and answers what came of it.
LOOK = """async () => {
    const registration = await navigator.serviceWorker.getRegistration()
    await registration.update().catch(() => null)
    for (let tries = 0; tries < 100 && registration.installing; tries++) await new Promise(go => setTimeout(go, 50))
    return registration.waiting ? "waiting" : "none"
}"""


@dataclass(frozen=True)
class Deployed(Config):
    """Heed that serves what has been deployed last."""

    @property
    def built_app(self) -> Path:
        return self.home / "deployed"


@pytest.fixture
def deploy(built_app: Path, tmp_path: Path, test_home: Path) -> Iterator[Callable[[str], None]]:
    """Deploys the app as it was built, or a version after it."""
    for version in ("old", "new"):
        shutil.copytree(built_app, tmp_path / version)
    new = tmp_path / "new"
    (new / NEW_PART.removeprefix("/")).write_text("export const version = 2;\n")
    index, worker = new / "index.html", new / "sw.js"
    index.write_text(index.read_text().replace("<head>", '<head><meta name="version" content="new">'))
    parts, count = re.subn(
        r"\{url:`/index\.html`,revision:`\w+`\}",
        f"{{url:`/index.html`,revision:`new`}},{{url:`{NEW_PART}`,revision:null}}",
        worker.read_text(),
    )
    assert count == 1
    worker.write_text(parts)
    deployed = test_home / "deployed"

    def switch(version: str) -> None:
        deployed.unlink(missing_ok=True)
        deployed.symlink_to(tmp_path / version)

    yield switch
    deployed.unlink(missing_ok=True)


@pytest.fixture
def server(
    app: Flask, shared_database: str, config_for: Callable[..., Config], deploy: Callable[[str], None]
) -> Iterator[Server]:
    """Heed with its first version deployed, switched on."""
    deploy("old")
    config = config_for(shared_database)
    made = create_app(Deployed(**{field.name: getattr(config, field.name) for field in fields(config)}))
    served = Server(made)
    served.switch_on()
    yield served
    served.switch_off()
    with made.app_context():
        db.engine.dispose()


def version_on(phone: Device) -> str:
    """Which version of the app the phone shows."""
    return "new" if phone.page.locator("meta[name=version]").count() else "old"


def test_a_new_version_waits_until_somebody_takes_it_and_leaves_an_open_form_alone(
    meadow: Provider, server: Server, deploy: Callable[[str], None], device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    write(phone, STORY)
    form = phone.page.evaluate("location.hash")

    deploy("new")
    assert phone.page.evaluate(LOOK) == "waiting"
    phone.page.wait_for_timeout(500)
    assert phone.page.get_by_role("textbox").input_value() == STORY
    assert phone.page.get_by_text(READY).count() == 0
    assert version_on(phone) == "old"

    # Loaded again, it is still the version that nobody has exchanged.
    phone.page.reload()
    phone.go("home")
    phone.unlock()
    assert version_on(phone) == "old"
    phone.sees(READY)
    phone.page.get_by_role("button", name="Take it now").click()
    phone.page.locator("meta[name=version]").wait_for(state="attached")
    phone.unlock()

    # The draft was begun under the old version, and goes on under the new.
    phone.page.goto(f"{phone.address}/{form}")
    assert phone.page.get_by_role("textbox").input_value() == STORY
    assert phone.page.get_by_text(READY).count() == 0


def test_a_broken_deployment_leaves_the_old_version_working(
    meadow: Provider, server: Server, deploy: Callable[[str], None], device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    deploy("new")
    with server.road.refusing(NEW_PART, 500):
        assert phone.page.evaluate(LOOK) == "none"
        phone.restart(signal_there=True)
        assert version_on(phone) == "old"

    server.switch_off()
    phone.restart(signal_there=False)
    write(phone, STORY)
    phone.page.get_by_role("button", name="Send now").click()
    phone.sees("Saved on this phone. Not sent yet.")

    # Mended, the new version comes as if nothing had been.
    server.switch_on()
    phone.context.set_offline(False)
    assert phone.page.evaluate(LOOK) == "waiting"


def test_a_version_taken_in_one_tab_does_not_load_an_open_form_in_another_again(
    meadow: Provider, server: Server, deploy: Callable[[str], None], device: Callable[..., Device]
):
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    another = phone.context.new_page()
    another.goto(phone.address)
    # A page loads what the service worker holds from its second time on.
    phone.page.reload()
    phone.unlock()
    write(phone, STORY)
    deploy("new")
    assert phone.page.evaluate(LOOK) == "waiting"
    # The other tab takes it, as its "Take it now" does.
    another.evaluate(
        "async () => (await navigator.serviceWorker.getRegistration()).waiting.postMessage('take-update')"
    )
    another.locator("meta[name=version]").wait_for(state="attached")
    assert version_on(phone) == "old"
    assert phone.page.get_by_role("textbox").input_value() == STORY
    # Where nobody writes it is loaded.
    phone.go("home")
    phone.page.locator("meta[name=version]").wait_for(state="attached")
    phone.unlock()
    phone.sees("Not finished")
