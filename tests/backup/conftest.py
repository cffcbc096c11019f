"""Instances to back up and to lose."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import people
from tests.backup.house import House, picture, send_with_photo


@pytest.fixture
def house(fresh_database: str, tmp_path: Path) -> House:
    """An instance of this test's own."""
    return House(tmp_path / "var", fresh_database)


@pytest.fixture(scope="module")
def backed_up(copy_of_template: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> House:
    """An instance that was backed up once, into `backup` beside it, and must stay as it is."""
    folder = tmp_path_factory.mktemp("instance")
    house = House(folder / "var", copy_of_template())
    with house.serving() as app:
        meadow = people.meadow(app)
        for shade in (10, 20):
            send_with_photo(meadow, meadow.amina, picture(shade))
    house.run("backup", str(folder / "backup"))
    return house


@pytest.fixture
def backup(backed_up: House, tmp_path: Path) -> Path:
    """A copy of that backup, for a test to damage."""
    return Path(shutil.copytree(backed_up.home.parent / "backup", tmp_path / "backup"))
