"""Whoever watches over Heed is told which part is well."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from server.extensions import db


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
    assert answer.get_json() == {"status": "ok", "database": "ok", "queue": "ok", "app": "ok"}


def test_an_app_that_is_not_built_is_named(app: Flask, built: Path):
    (built / "index.html").unlink()
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "unwell", "database": "ok", "queue": "ok", "app": "unwell"}


def test_a_database_that_is_away_is_named(app: Flask, built: Path, monkeypatch: pytest.MonkeyPatch):
    def refuses(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr(db.session, "execute", refuses)
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.get_json() == {"status": "unwell", "database": "unwell", "queue": "unwell", "app": "ok"}
