"""The refresh cookie in a real browser: kept and shown again on this machine's own addresses, without https."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Playwright
from werkzeug.serving import make_server

from tests.browser.device import QUIET
from tests.people import Phone, Provider

ASK = """async ([path, said]) => {
    const answer = await fetch(path, {
        method: "POST", credentials: "same-origin",
        headers: said ? {"Content-Type": "application/json"} : {}, body: said && JSON.stringify(said),
    })
    return [answer.status, document.cookie]
}"""


@contextmanager
def serving(app: Flask) -> Iterator[int]:
    """Heed on a port of this machine, for a browser to visit."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_browser_stays_signed_in_and_hides_the_cookie_from_scripts(
    app: Flask, meadow: Provider, playwright: Playwright, chromium: str, host: str
):
    phone = Phone(app, "amina@meadow")
    said = {"sign_in_name": phone.sign_in_name, "password": phone.password, **phone.introduction}
    with serving(app) as port:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        page = browser.new_page()
        page.goto(f"http://{host}:{port}/")
        assert page.evaluate(ASK, ["/api/session/refresh", None]) == [401, ""]
        assert page.evaluate(ASK, ["/api/session/sign-in", said]) == [200, ""]
        assert page.evaluate(ASK, ["/api/session/refresh", None]) == [200, ""]
        assert page.evaluate(ASK, ["/api/session/sign-out", None]) == [204, ""]
        assert page.evaluate(ASK, ["/api/session/refresh", None]) == [401, ""]
        browser.close()
