"""The two pictures in the README, taken of the demo. HEED_TEST_PICTURES names a folder to keep them in."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from server import demo
from tests.browser.conftest import Server
from tests.browser.device import PHONE, TABLET, Device


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    kept = Path(os.environ.get("HEED_TEST_PICTURES", tmp_path))
    kept.mkdir(parents=True, exist_ok=True)
    return kept


def test_the_demo_looks_like_the_pictures_in_the_readme(
    app: Flask, server: Server, device: Callable[..., Device], folder: Path
):
    with app.app_context():
        demo.load(app, datetime.now(UTC))
    for name, who, size, screen, heading in (
        ("phone", "amina@meadow", PHONE, "home", "Hello Amina"),
        ("tablet", "ruth@meadow", TABLET, "queue", "To do"),
    ):
        each = device(name, size)
        each.start()
        each.sign_in(who, demo.passphrase())
        each.go(screen)
        each.page.get_by_role("heading", name=heading).wait_for()
        if screen == "queue":
            each.page.get_by_role("link", name="Something worries me").first.click()
            each.page.get_by_text("Why is this urgent?").wait_for()
        each.page.mouse.move(0, 0)
        each.page.screenshot(path=folder / f"{name}.png")
        assert (folder / f"{name}.png").stat().st_size > 10_000
        each.close()
