"""Something urgent wakes the jobs at once, in the commit that brings it, and a rollback takes the job along."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from server.app import create_app
from server.config import Config
from server.extensions import db, queue, work_for
from server.instance.process import jobs_command, surroundings
from server.models import Entry, Escalation
from server.services.entry import Receiving
from server.services.feed import Feed
from server.services.intake import Opened
from server.services.sending import receiving
from tests import factories, people
from tests.answers import concern, visit_note
from tests.people import Provider


def waiting(app: Flask) -> int:
    with app.app_context():
        count = db.session.execute(text("SELECT count(*) FROM queue.procrastinate_jobs")).scalar_one()
        return int(count)


def test_a_red_concern_wakes_the_jobs_and_a_quiet_note_does_not(meadow: Provider, app: Flask):
    north, grace = meadow.services["north"], meadow.people["grace"]
    meadow.amina.send(meadow.amina.write("visit-note", visit_note(grace), service=north))
    assert waiting(app) == 0
    meadow.amina.send(meadow.amina.write("concern", concern(grace, danger_now="yes"), service=north))
    assert waiting(app) == 1


@pytest.mark.parametrize(("end", "left"), [("commit", 1), ("rollback", 0)])
def test_a_job_comes_and_goes_with_its_commit(app: Flask, meadow: Provider, end: str, left: int):
    with app.app_context():
        work_for(meadow.id)
        queue.defer("decide", provider=str(meadow.id))
        getattr(db.session, end)()
    assert waiting(app) == left


@pytest.mark.parametrize(("end", "left"), [("commit", 1), ("rollback", 0)])
def test_what_comes_in_and_the_job_that_it_wakes_share_one_fate(
    app: Flask, meadow: Provider, end: str, left: int
):
    answers = concern(meadow.people["grace"], danger_now="yes")
    written = meadow.amina.write("concern", answers, service=meadow.services["north"])
    with app.app_context():
        work_for(meadow.id)
        to = receiving(meadow.id, app.extensions, datetime.now(UTC))
        (outcome,) = to.receive([written.item], timedelta(0))
        assert outcome.outcome == "accepted"
        assert _entries() == 1
        getattr(db.session, end)()
        assert _entries() == left
        db.session.rollback()
    assert waiting(app) == left


def test_an_attempt_that_was_undone_takes_its_job_along(
    app: Flask, meadow: Provider, monkeypatch: pytest.MonkeyPatch
):
    north, grace = meadow.services["north"], meadow.people["grace"]
    red = meadow.amina.write("concern", concern(grace, danger_now="yes"), service=north)
    note = meadow.amina.write("visit-note", visit_note(grace), service=north)
    announce, attempts = Receiving._announce, []

    def fail_together(self: Receiving, feed: Feed, new: Mapping[str, Opened], *rest: Any) -> None:
        """A fault of ours at the very end of keeping several at a time, when the job has been put into the queue."""
        attempts.append(len(new))
        if len(new) > 1:
            raise LookupError("together they do not go")
        announce(self, feed, new, *rest)

    monkeypatch.setattr(Receiving, "_announce", fail_together)
    outcomes = meadow.amina.send(red, note)
    assert [outcome["outcome"] for outcome in outcomes] == ["accepted", "accepted"]
    assert attempts == [2, 1, 1]
    assert waiting(app) == 1


def _entries() -> int:
    return db.session.scalar(select(func.count()).select_from(Entry)) or 0


def test_running_jobs_raise_the_first_rung_before_their_clock_would(
    fresh_database: str, config_for: Callable[..., Config]
):
    config = config_for(fresh_database)
    app = create_app(config)
    meadow = people.meadow(app)
    factories.put_on_call(
        app, meadow.id, meadow.services["north"], meadow.workers["hana"], 1, datetime.now(UTC)
    )
    jobs = subprocess.Popen(
        jobs_command(), env=surroundings(config.home, config.database_url), cwd=config.root
    )
    try:
        assert meadow.amina.intake_key
        took = [_seconds_until_told(app, meadow) for _ in range(4)]
    finally:
        jobs.terminate()
        jobs.wait(20)
        with app.app_context():
            db.engine.dispose()
    # The first may wait for the process to start. By its clock alone each after it would wait nearly five seconds,
    # since it comes just after a round.
    assert statistics.median(took[1:]) < 2, took


def _seconds_until_told(app: Flask, meadow: Provider) -> float:
    before = _raised(app, meadow)
    answers = concern(meadow.people["grace"], danger_now="yes")
    meadow.amina.send(meadow.amina.write("concern", answers, service=meadow.services["north"]))
    begun = time.monotonic()
    while _raised(app, meadow) == before and time.monotonic() - begun < 30:
        time.sleep(0.05)
    return time.monotonic() - begun


def _raised(app: Flask, meadow: Provider) -> int:
    with app.app_context():
        work_for(meadow.id)
        return db.session.scalar(select(func.count()).select_from(Escalation)) or 0
