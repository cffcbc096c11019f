"""What readers fetch is written once; what was kept before that is fetched as ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import flask_migrate
import pytest
from flask import Flask

from server.app import create_app
from server.config import Config
from server.extensions import db
from tests import people
from tests.answers import concern, review, visit_note

#: What server/services/shown.py began with.
BEFORE = "0020"
TIMES = ("observed_at", "recorded_at", "received_at")


def everything(reader: people.Phone) -> list[dict[str, Any]]:
    """All that somebody fetches, times as moments: the same moment may be written with fewer figures."""
    reader.cursor = ""
    return [
        item | {name: datetime.fromisoformat(item[name]) for name in TIMES if name in item}
        for item in reader.fetch()
    ]


@pytest.fixture
def own_heed(fresh_database: str, config_for: Callable[..., Config]) -> Iterator[Flask]:
    """Heed on a database of its own, which may go back and forth."""
    app = create_app(config_for(fresh_database))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_what_was_kept_by_an_older_heed_is_fetched_as_it_was(own_heed: Flask):
    meadow = people.meadow(own_heed)
    grace, north = meadow.people["grace"], meadow.services["north"]
    words = {**visit_note(grace), "note": 'Hung "Zoë\'s" picture \\ in the hall.\nAll well: 20 % less pain.'}
    said = meadow.amina.write("concern", concern(grace), service=north, person=grace)
    meadow.amina.send(meadow.amina.write("visit-note", words, service=north, person=grace), said)
    meadow.hana.send(meadow.hana.write("review", review("no_further_action"), service=north, about=said.key))
    # Without effect: Ben may not decide.
    meadow.ben.send(meadow.ben.write("review", review("no_further_action"), service=north, about=said.key))
    readers = (meadow.amina, meadow.ben, meadow.hana)
    ever = [everything(reader) for reader in readers]
    assert all(ever)
    with own_heed.app_context():
        flask_migrate.downgrade(revision=BEFORE)
        flask_migrate.upgrade()
        db.engine.dispose()
    assert [everything(reader) for reader in readers] == ever
