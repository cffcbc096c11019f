"""A phone that holds something and falls silent, and a shift that nothing was heard from, are told of once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from server.extensions import db, work_for
from server.jobs.silence import listen
from server.models import Device, Shift
from tests.api.test_device import said
from tests.people import Phone, Provider

NOW = datetime.now(UTC)


def notices(phone: Phone) -> list[dict[str, Any]]:
    return [item for item in phone.fetch() if item["kind"] == "notice"]


@pytest.fixture
def holding(meadow: Provider) -> Provider:
    """Amina's phone has said that it holds two entries."""
    meadow.amina.put("/api/devices/mine", said(unsent=2))
    return meadow


def test_managers_are_told_of_a_silent_phone_once(app: Flask, jobs_app: Flask, holding: Provider) -> None:
    assert listen(jobs_app, NOW + timedelta(hours=11)) == 0
    assert listen(jobs_app, NOW + timedelta(hours=13)) > 0
    assert listen(jobs_app, NOW + timedelta(hours=14)) == 0
    [told] = notices(holding.carol)
    assert told["rule"] == "device_silent"
    assert told["thread"] is None
    assert "Amina" not in told["words"]
    assert notices(holding.ben) == notices(holding.amina) == []


def test_a_phone_that_was_heard_and_fell_silent_again_is_told_of_again(
    app: Flask, jobs_app: Flask, holding: Provider
) -> None:
    listen(jobs_app, NOW + timedelta(hours=13))
    with app.app_context():
        work_for(holding.id)
        for device in db.session.query(Device):
            device.last_seen_at = NOW + timedelta(hours=14)
        db.session.commit()
    assert listen(jobs_app, NOW + timedelta(hours=20)) == 0
    assert listen(jobs_app, NOW + timedelta(hours=27)) > 0
    assert len(notices(holding.carol)) == 2


def test_a_phone_on_which_something_does_not_go_is_told_of(jobs_app: Flask, meadow: Provider) -> None:
    old = (NOW - timedelta(hours=2)).isoformat()
    meadow.amina.put("/api/devices/mine", said(unsent=1, oldest_unsent_at=old))
    assert listen(jobs_app, NOW + timedelta(minutes=1)) > 0
    assert [told["rule"] for told in notices(meadow.carol)] == ["device_stuck"]


def test_a_shift_that_nothing_was_heard_from_is_told_of(
    app: Flask, jobs_app: Flask, meadow: Provider
) -> None:
    meadow.amina.sign_in()
    begin, until = NOW + timedelta(hours=1), NOW + timedelta(hours=9)
    with app.app_context():
        work_for(meadow.id)
        shift = Shift(
            provider_id=meadow.id,
            id=uuid4(),
            service_id=meadow.services["north"],
            from_at=begin,
            until_at=until,
            worker_ids=[meadow.workers["amina"], meadow.workers["idris"]],
        )
        db.session.add(shift)
        for device in db.session.query(Device):
            device.last_seen_at = NOW
        db.session.commit()
    assert listen(jobs_app, until + timedelta(hours=1)) == 0
    assert listen(jobs_app, until + timedelta(hours=3)) > 0
    assert listen(jobs_app, until + timedelta(hours=4)) == 0
    # Idris has never signed in on anything, so nothing was to be heard from him.
    [told] = notices(meadow.carol)
    assert told["rule"] == "shift_silent"


def test_another_provider_hears_nothing_of_it(
    jobs_app: Flask, holding: Provider, riverside: Provider
) -> None:
    listen(jobs_app, NOW + timedelta(hours=13))
    assert notices(riverside.rita) == []
