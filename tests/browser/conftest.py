"""A server that can be switched off and on again, and devices that know where it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Playwright, sync_playwright
from werkzeug.serving import BaseWSGIServer, make_server

from server.app import JOBS, create_app
from server.config import Config
from server.extensions import db
from tests.browser.device import PHONE, Device
from tests.browser.road import Road


class Server:
    """Heed on a port of this machine."""

    def __init__(self, app: Flask) -> None:
        self.road = Road(app)
        self._running: tuple[BaseWSGIServer, threading.Thread] | None = None
        self.port = 0

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def switch_on(self) -> None:
        """Serve, always on the same port."""
        server = make_server("127.0.0.1", self.port, self.road, threaded=True)
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self._running = (server, thread)

    def switch_off(self) -> None:
        """Stop serving: whoever asks is refused."""
        if self._running is None:
            return
        server, thread = self._running
        server.shutdown()
        thread.join()
        server.server_close()
        self._running = None


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
