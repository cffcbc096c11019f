"""The interface, asked all that its own description says can be asked, answers as the description says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from openapi_spec_validator import validate

from server.app import create_app
from server.config import Config
from server.extensions import db
from tests.fuzz.crowd import ALL_ROLES
from tests.fuzz.fuzzer import Tally, fuzz


@pytest.fixture
def heed(fresh_database: str, config_for: Callable[..., Config], built_app: Path) -> Iterator[Flask]:
    """Heed as it serves people: a failure is answered and not thrown at the tests."""
    app = create_app(config_for(fresh_database))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_description_is_openapi(heed: Flask):
    validate(heed.test_client().get("/api/openapi.json").get_json())


def test_every_refusal_is_described_in_the_one_shape(heed: Flask):
    document = heed.test_client().get("/api/openapi.json").get_json()
    for path, route in document["paths"].items():
        for method, operation in route.items():
            if method == "parameters":
                continue
            answers = operation["responses"]
            assert "default" not in answers, f"{method} {path} says that anything may happen"
            assert {"400", "401", "403", "404", "422", "429", "503"} <= answers.keys()
    refusal = document["components"]["schemas"]["RefusalPayload"]
    assert refusal["required"] == ["code", "message", "status"]
    assert refusal["additionalProperties"] is False


def test_two_thousand_calls_by_everybody_are_answered_as_described(heed: Flask):
    answered_as_described(fuzz(heed, 2_000, chance=1), 2_000)


@pytest.mark.volume
def test_twenty_thousand_calls_by_everybody_are_answered_as_described(heed: Flask):
    answered_as_described(fuzz(heed, 20_000, chance=2), 20_000)


def answered_as_described(tally: Tally, calls: int) -> None:
    assert tally.failures == []
    assert tally.breaks == []
    assert tally.calls == calls
    # Every role asked, somebody of another provider, and nobody; and much of it was right.
    assert len(tally.askers) == len(ALL_ROLES) + 2
    assert tally.statuses[200] > calls / 20
    assert tally.statuses[429] < calls / 50
