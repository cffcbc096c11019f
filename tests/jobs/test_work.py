"""The process that runs jobs, when what it stands on does not do as it should."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from server.config import Config
from server.extensions import db, queue, work_for, work_for_nobody
from server.instance.process import jobs_command, surroundings
from server.jobs import escalate
from server.jobs.escalate import decide
from server.jobs.round import web_push
from server.jobs.work import EVERY, bury_jobs_of_the_dead, make_queue
from server.models import Escalation, Notice, NoticeDelivery, Rung, Standing, ThreadReader, Worker
from server.services.escalation import due_rungs, raise_rungs
from tests import people
from tests.people import Provider
from tests.push_service import PushService, Subscription

#: A process needs a moment to start, on a busy machine a long one.
STARTS_WITHIN = 20.0


@pytest.fixture
def config(shared_database: str, config_for: Callable[..., Config], push_service: PushService) -> Config:
    return config_for(shared_database, HEED_PUSH_HOSTS=push_service.host)


@pytest.fixture
def other(app: Flask) -> Provider:
    """Another provider with the same people in it."""
    return people.second_meadow(app)


@contextmanager
def running_jobs(config: Config) -> Iterator[subprocess.Popen[bytes]]:
    environ = surroundings(config.home, config.database_url) | {
        "HEED_PUSH_HOSTS": ",".join(config.push_hosts)
    }
    process = subprocess.Popen(jobs_command(), env=environ, cwd=config.root, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def due_now(app: Flask, provider: Provider, *, word: str = "safeguarding_lead", severity: str = "red") -> str:
    """A rung that is due, of which no queue knows. Answers the thread."""
    key, now = f"{uuid4()}.{uuid4()}", datetime.now(UTC)
    with app.app_context():
        work_for(provider.id)
        db.session.add(
            Standing(
                provider_id=provider.id, thread_key=key, form="concern", service_id=provider.services["north"],
                person_id=None, author_id=provider.workers["amina"], state="recorded", severity=severity,
                restricted=False, recorded_at=now, balance=None, rules_version=1, excluded=[], document={},
            )
        )  # fmt: skip
        db.session.add(
            Rung(
                provider_id=provider.id, thread_key=key, rule="acknowledge", rung=0, version=2,
                at=now - timedelta(seconds=1), recipients=[word], stopped=False,
            )
        )  # fmt: skip
        db.session.commit()
    return key


def raised(app: Flask, provider: Provider, thread_key: str) -> bool:
    with app.app_context():
        work_for(provider.id)
        found = select(Escalation.rung).where(Escalation.thread_key == thread_key)
        return db.session.scalar(found) is not None


def states(app: Flask, provider: Provider) -> list[str]:
    with app.app_context():
        work_for(provider.id)
        return list(db.session.scalars(select(NoticeDelivery.state)))


def until(what: Callable[[], bool], within: float) -> float:
    """Wait for something. Answers how long it took."""
    begun = time.monotonic()
    while not what():
        assert time.monotonic() - begun < within, "it did not happen in time"
        time.sleep(0.05)
    return time.monotonic() - begun


def test_push_services_that_hang_do_not_keep_a_rung_from_being_raised(
    app: Flask,
    config: Config,
    meadow: Provider,
    alerts_on: Callable[..., Subscription],
    push_service: PushService,
):
    esther = alerts_on(meadow, "esther", hang=30)
    for _ in range(30):
        due_now(app, meadow)
    with running_jobs(config):
        # By now everybody who tells is waiting for an answer that does not come.
        until(lambda: len(esther.received) >= 6, STARTS_WITHIN + EVERY)
        late = due_now(app, meadow, word="registered_manager")
        until(lambda: raised(app, meadow, late), EVERY * 2)


def test_a_process_that_is_told_to_stop_finishes_what_it_does(
    app: Flask,
    config: Config,
    meadow: Provider,
    alerts_on: Callable[..., Subscription],
    push_service: PushService,
):
    esther = alerts_on(meadow, "esther", hang=1.5)
    due_now(app, meadow)
    with running_jobs(config) as process:
        until(lambda: len(esther.received) == 1, STARTS_WITHIN + EVERY)
        process.terminate()
        assert process.wait(EVERY * 3) == 0
    assert states(app, meadow) == ["sent"]
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM queue.procrastinate_jobs")) == 0
        assert db.session.scalar(text("SELECT count(*) FROM queue.procrastinate_workers")) == 0


def test_jobs_go_on_after_every_connection_was_cut(app: Flask, config: Config, meadow: Provider):
    first = due_now(app, meadow)
    with running_jobs(config) as process:
        until(lambda: raised(app, meadow, first), STARTS_WITHIN + EVERY)
        with app.app_context():
            db.session.remove()
            with app.extensions["owner_engine"].connect() as owner:
                owner.execute(
                    text("""
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid()
                    """)
                )
            db.engine.dispose()
        second = due_now(app, meadow)
        until(lambda: raised(app, meadow, second) or process.poll() is not None, EVERY * 3)
        # Going on is well; so is ending with a fault, which whoever started it sees and starts it again.
        assert raised(app, meadow, second) or process.returncode != 0


def test_a_rung_that_cannot_be_raised_holds_up_no_other(
    app: Flask, jobs_app: Flask, meadow: Provider, other: Provider, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(escalate, "AT_ONCE", 2)
    # No role of this name has ever been, and no colour of this name is known: neither can be told to anybody.
    broken = [due_now(app, meadow, word="wizard") for _ in range(3)]
    broken += [due_now(app, other, severity="purple") for _ in range(3)]
    sound = [(provider, due_now(app, provider)) for provider in (meadow, other) for _ in range(2)]
    assert decide(jobs_app, datetime.now(UTC)) == len(sound)
    assert all(raised(app, provider, thread) for provider, thread in sound)
    assert not any(raised(app, provider, thread) for provider in (meadow, other) for thread in broken)


def test_a_rung_that_was_moved_while_its_process_waited_is_not_raised_early(
    app: Flask, jobs_app: Flask, meadow: Provider
):
    now = datetime.now(UTC)
    moved, stopped, newer = (due_now(app, meadow) for _ in range(3))
    with jobs_app.app_context():
        work_for_nobody()
        due = due_rungs(now, 10)
        db.session.rollback()
        work_for(meadow.id)
        for thread, name, value in (
            (moved, "at", now + timedelta(hours=1)),
            (stopped, "stopped", True),
            (newer, "version", 3),
        ):
            row = db.session.scalars(select(Rung).where(Rung.thread_key == thread)).one()
            setattr(row, name, value)
        db.session.commit()
        assert len(due) == 3
        assert raise_rungs(meadow.id, due, jobs_app.extensions["rules"], now) == 0
        db.session.rollback()
    assert decide(jobs_app, now) == 1
    assert raised(app, meadow, newer)


def test_a_process_that_is_frozen_in_the_middle_holds_nobody_up(
    app: Flask, jobs_app: Flask, meadow: Provider, other: Provider, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(escalate, "PATIENCE", {"lock": "500ms", "frozen": "2s"})
    frozen, go_on = Event(), Event()
    ours, theirs = due_now(app, meadow), due_now(app, other)

    def freeze() -> None:
        with jobs_app.app_context():
            work_for_nobody()
            due = [rung for rung in due_rungs(datetime.now(UTC), 10) if rung.provider == meadow.id]
            db.session.rollback()
            work_for(meadow.id)
            db.session.execute(escalate._BE_PATIENT, escalate.PATIENCE)
            raise_rungs(meadow.id, due, jobs_app.extensions["rules"], datetime.now(UTC))
            frozen.set()
            go_on.wait(20)
            with pytest.raises(DBAPIError):
                db.session.commit()
            db.session().invalidate()

    thread = Thread(target=freeze)
    thread.start()
    try:
        assert frozen.wait(20)
        # The other provider does not wait for it, and this one only until the database loses patience.
        assert decide(jobs_app, datetime.now(UTC)) == 1
        assert raised(app, other, theirs)
        assert not raised(app, meadow, ours)
        until(lambda: decide(jobs_app, datetime.now(UTC)) == 1, 10)
    finally:
        go_on.set()
        thread.join()
    assert notices(app, meadow) == 1


def notices(app: Flask, provider: Provider) -> int:
    with app.app_context():
        work_for(provider.id)
        return db.session.scalar(select(func.count()).select_from(Notice)) or 0


def test_what_dead_processes_had_begun_is_dropped_and_what_the_living_do_is_not(
    app: Flask, jobs_app: Flask, meadow: Provider
):
    with app.app_context():
        for _ in range(3):
            queue.defer("decide", provider=str(meadow.id))
        db.session.execute(
            text("""
                WITH alive AS (INSERT INTO queue.procrastinate_workers DEFAULT VALUES RETURNING id),
                     dead AS (INSERT INTO queue.procrastinate_workers (last_heartbeat)
                              VALUES (now() - interval '2 minutes') RETURNING id),
                     jobs AS (SELECT id, row_number() OVER (ORDER BY id) AS place FROM queue.procrastinate_jobs)
                UPDATE queue.procrastinate_jobs AS job SET status = 'doing',
                    worker_id = CASE place WHEN 1 THEN (SELECT id FROM alive) WHEN 2 THEN (SELECT id FROM dead) END
                FROM jobs WHERE jobs.id = job.id
            """)
        )
        db.session.commit()

    async def bury() -> int:
        worker = make_queue(jobs_app, web_push(jobs_app))
        async with worker.open_async():
            return await bury_jobs_of_the_dead(worker)

    assert asyncio.run(bury()) == 2
    with app.app_context():
        assert db.session.scalar(text("SELECT count(*) FROM queue.procrastinate_jobs")) == 1


def test_a_restricted_thread_whose_readers_have_all_left_is_opened_to_somebody(
    app: Flask, jobs_app: Flask, meadow: Provider
):
    thread = due_now(app, meadow)
    with app.app_context():
        work_for(meadow.id)
        db.session.scalars(select(Standing)).one().restricted = True
        left = db.session.get_one(Worker, (meadow.id, meadow.workers["ben"]))
        left.left_at = datetime.now(UTC)
        db.session.add(
            ThreadReader(provider_id=meadow.id, thread_key=thread, worker_id=left.id, since=datetime.now(UTC))
        )
        db.session.commit()
    decide(jobs_app, datetime.now(UTC))
    with app.app_context():
        work_for(meadow.id)
        told: set[UUID] = set(db.session.scalars(select(Notice.worker_id)))
        assert told == {meadow.workers["esther"], meadow.workers["farah"]}
        assert told <= set(db.session.scalars(select(ThreadReader.worker_id)))
