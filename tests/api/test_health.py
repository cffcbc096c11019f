"""Whoever watches over Heed is told which part is well."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from server.extensions import db
from server.services.backup import backup_warning
from tests.people import Provider


@pytest.fixture
def built(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a built app."""
    folder = tmp_path / "pwa" / "dist"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Heed</title>")
    monkeypatch.setitem(
        app.extensions, "config", dataclasses.replace(app.extensions["config"], root=tmp_path)
    )
    return folder


def test_all_is_well(app: Flask, built: Path):
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "ok",
        "database": "ok",
        "queue": "ok",
        "app": "ok",
        "backup": "none",
    }


def test_an_app_that_is_not_built_is_named(app: Flask, built: Path):
    (built / "index.html").unlink()
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json() == {
        "status": "unwell",
        "database": "ok",
        "queue": "ok",
        "app": "unwell",
        "backup": "none",
    }


def test_a_database_that_is_away_is_named(app: Flask, built: Path, monkeypatch: pytest.MonkeyPatch):
    def refuses(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr(db.session, "execute", refuses)
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json() == {
        "status": "unwell",
        "database": "unwell",
        "queue": "unwell",
        "app": "ok",
        "backup": "unknown",
    }


def test_a_backup_is_ok_until_it_is_older_than_the_settings_say(app: Flask, built: Path, meadow: Provider):
    def keep(made_at: datetime) -> None:
        with psycopg.connect(app.extensions["config"].migrating_url.replace("+psycopg", "", 1)) as connection:
            connection.execute("DELETE FROM backup")
            connection.execute(
                "INSERT INTO backup (provider_id, id, epoch, seq, made_at, verified_at) VALUES (%s, %s, 1, 0, %s, %s)",
                [meadow.id, uuid4(), made_at, made_at],
            )

    now = datetime.now(UTC)
    for age, said in ((timedelta(hours=25), "ok"), (timedelta(hours=27), "old")):
        keep(now - age)
        answer = app.test_client().get("/healthz")
        assert answer.status_code == 200, "a server that is taken away takes no backup either"
        assert answer.get_json()["backup"] == said
        with app.app_context():
            warning = backup_warning(timedelta(hours=26), now)
        assert (warning is None) == (said == "ok")
