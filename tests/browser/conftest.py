"""A server that can be switched off and on again, and devices that know where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Playwright, sync_playwright

from server.app import JOBS, create_app
from server.config import Config
from server.extensions import db
from tests.browser.device import PHONE, Device
from tests.browser.server import Server


@pytest.fixture
def server(app: Flask) -> Iterator[Server]:
    """Heed, switched on."""
    served = Server(app)
    served.switch_on()
    # Passkeys count only at the address that Heed believes it has.
    before = app.extensions["config"]
    app.extensions["config"] = replace(before, public_url=served.address)
    yield served
    served.switch_off()
    app.extensions["config"] = before


@pytest.fixture
def jobs_app(shared_database: str, config_for: Callable[..., Config]) -> Iterator[Flask]:
    """Heed as the process that works with nobody at the keyboard."""
    made = create_app(config_for(shared_database), JOBS)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def device(
    playwright: Playwright, chromium: str, server: Server, tmp_path: Path
) -> Iterator[Callable[..., Device]]:
    """Makes devices, each with a profile of its own."""
    made: list[Device] = []

    def make(name: str, size: dict[str, int] = PHONE) -> Device:
        each = Device(playwright, chromium, tmp_path / name, server.address, size)
        made.append(each)
        return each

    yield make
    for each in made:
        each.close()
    assert [fault for each in made for fault in each.faults] == []
