"""Heed on a database of its own, with the cast of the matrix in it, for all the tests of one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask

from server.app import create_app
from server.config import Config
from server.extensions import db
from tests.matrix.cast import Company, gather


@contextmanager
def house(address: str, config_for: Callable[..., Config]) -> Iterator[Company]:
    """Everybody in one house until the tests are done with it."""
    app: Flask = create_app(config_for(address))
    app.testing = True
    yield gather(app)
    with app.app_context():
        db.engine.dispose()
