"""One round by hand: `heed tick`, at a time of one's choice, outside production only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from server.commands import heed
from server.extensions import db, work_for
from server.models import Escalation
from tests.answers import concern
from tests.people import Provider
from tests.push_service import PushService, Subscription

Tick = Callable[..., Result]


@pytest.fixture
def tick(app: Flask, shared_database: str, test_home: Path, push_service: PushService) -> Tick:
    """Runs `heed tick` on the tests' database; `settings` change what the environment says."""

    def run(*words: str, **settings: str) -> Result:
        environ = {
            "HEED_HOME": str(test_home),
            "DATABASE_URL": shared_database,
            "HEED_PUSH_HOSTS": push_service.host,
        } | settings
        return CliRunner().invoke(heed, ["tick", *words], env=environ)

    return run


@pytest.fixture
def red_concern(meadow: Provider) -> datetime:
    """Amina has sent a red concern. Answers when that was."""
    answers = concern(meadow.people["grace"], danger_now="yes")
    meadow.amina.send(meadow.amina.write("concern", answers, service=meadow.services["north"]))
    return datetime.now(UTC)


def raised(app: Flask, meadow: Provider) -> list[tuple[str, int]]:
    with app.app_context():
        work_for(meadow.id)
        rows = db.session.scalars(select(Escalation).order_by(Escalation.rule, Escalation.rung))
        return [(row.rule, row.rung) for row in rows]


def test_a_round_raises_what_is_due_by_now_and_says_how_much_it_did(
    app: Flask, meadow: Provider, alerts_on: Callable[..., Subscription], red_concern: datetime, tick: Tick
):
    esther = alerts_on(meadow, "esther")
    first, second = tick(), tick()
    assert (first.exit_code, first.output) == (0, "1 raised, 1 sent.\n")
    assert (second.exit_code, second.output) == (0, "0 raised, 0 sent.\n")
    assert raised(app, meadow) == [("acknowledge", 0)]
    assert len(esther.received) == 1


def test_a_round_can_be_run_as_if_it_were_later(
    app: Flask, meadow: Provider, red_concern: datetime, tick: Tick
):
    later = (red_concern + timedelta(minutes=16)).astimezone(UTC)
    assert tick("--now", later.isoformat()).output == "3 raised, 0 sent.\n"
    assert raised(app, meadow) == [("acknowledge", 0), ("acknowledge", 1), ("acknowledge", 2)]


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ("soon", "soon is not a time such as 2026-11-20T16:55:00+00:00."),
        ("2026-02-30T10:00Z", "2026-02-30T10:00Z is not a time such as 2026-11-20T16:55:00+00:00."),
        ("2026-11-20T16:55", "2026-11-20T16:55 has no offset; write 2026-11-20T16:55+00:00, or Z for UTC."),
    ],
)
def test_a_time_that_is_none_is_refused_in_a_sentence(
    app: Flask, meadow: Provider, red_concern: datetime, tick: Tick, now: str, why: str
):
    done = tick("--now", now)
    assert done.exit_code != 0
    assert why in done.output
    assert raised(app, meadow) == []


def test_in_production_nobody_may_pretend_that_it_is_another_time(
    app: Flask, meadow: Provider, red_concern: datetime, tick: Tick
):
    production = {
        "HEED_ENV": "production",
        "HEED_PUBLIC_URL": "https://heed.example.org",
        "HEED_PUSH_HOSTS": "",
        "HEED_PHOTOS": "",
    }
    done = tick("--now", "2026-11-30T10:00Z", **production)
    assert done.exit_code != 0
    assert "--now pretends that it is another time, and is refused in production." in done.output
    assert raised(app, meadow) == []
