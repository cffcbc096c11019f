"""Jobs processes are killed at any moment, again and again: each rung is still raised once and everybody is told."""

from __future__ import annotations

import random
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.app import create_app
from server.config import Config
from server.extensions import db, work_for
from server.instance.process import jobs_command, surroundings
from server.models import Deadline, Device, Escalation, Feed, Notice, NoticeDelivery, Rung, Standing
from server.services.push_subscription import subscribe
from tests import people
from tests.push_service import PushService, serving

PROCESSES = 3
THREADS = 40
#: Rungs fall due over so many seconds, and processes are killed for half as long again.
WITHIN = 8.0


@pytest.fixture
def push_service() -> Iterator[PushService]:
    with serving() as running:
        yield running


@pytest.fixture
def config(fresh_database: str, config_for: Callable[..., Config], push_service: PushService) -> Config:
    return config_for(fresh_database, HEED_PUSH_HOSTS=push_service.host)


@pytest.fixture
def own_app(config: Config) -> Iterator[Flask]:
    made = create_app(config)
    yield made
    with made.app_context():
        db.engine.dispose()


def fall_due(provider: people.Provider, threads: int, within: float, rng: random.Random) -> int:
    """Give a provider concerns whose rungs fall due over the next seconds. Answers how many rungs."""
    now = datetime.now(UTC)
    service, author = provider.services["north"], provider.workers["amina"]
    rungs = 0
    for _ in range(threads):
        key = f"{uuid4()}.{uuid4()}"
        db.session.add_all(
            [
                Standing(
                    provider_id=provider.id, thread_key=key, form="concern", service_id=service, person_id=None,
                    author_id=author, state="recorded", severity="red", restricted=False, recorded_at=now,
                    balance=None, rules_version=1, excluded=[], document={},
                ),
                Deadline(
                    provider_id=provider.id, thread_key=key, rule="acknowledge", version=2, ladder="red",
                    start_at=now, due_at=now, stop_at=None, working="", calendar_version="",
                ),
            ]
        )  # fmt: skip
        for rung, word in enumerate(("safeguarding_lead", "registered_manager", "nominated_individual")):
            at = now + timedelta(seconds=rng.uniform(0, within))
            db.session.add(
                Rung(
                    provider_id=provider.id, thread_key=key, rule="acknowledge", rung=rung, version=2, at=at,
                    recipients=[word], stopped=False,
                )
            )  # fmt: skip
            rungs += 1
    db.session.commit()
    return rungs


def test_each_rung_is_raised_once_and_every_notice_is_told_however_often_jobs_are_killed(
    own_app: Flask, config: Config, push_service: PushService, everything: bool
):
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    rng = random.Random(seed)
    longer = 10 if everything else 1
    providers = [people.meadow(own_app), people.second_meadow(own_app)]
    subscriptions = {}
    expected = 0
    with own_app.app_context():
        for provider in providers:
            work_for(provider.id)
            for own_name in ("esther", "carol", "farah"):
                worker = provider.workers[own_name]
                db.session.add(
                    Device(provider_id=provider.id, id=worker, name="phone", made_at=datetime.now(UTC))
                )
                db.session.flush()
                # An answer that takes its time lets many a kill fall between a push and the note that it was sent.
                # Each is made good only when its lease has run out, so this is left to the long run.
                made = push_service.subscribe(hang=0.3 if everything else 0)
                subscriptions[own_name, provider.id] = made
                keys = made.as_browsers_say_it["keys"]
                subscribe(
                    provider=provider.id, worker=worker, device=worker, endpoint=made.endpoint,
                    p256dh=keys["p256dh"], auth=keys["auth"], push_hosts=[push_service.host], at=datetime.now(UTC),
                )  # fmt: skip
            db.session.commit()
            expected += fall_due(provider, THREADS * longer, WITHIN * longer, rng)
    killed = kill_until_told(own_app, config, providers, expected, rng, WITHIN * longer * 1.5)
    with own_app.app_context():
        for provider in providers:
            work_for(provider.id)
            raised = db.session.scalar(select(func.count()).select_from(Escalation))
            notices = db.session.scalar(select(func.count()).select_from(Notice))
            announced = db.session.scalar(select(func.count()).select_from(Feed).where(Feed.kind == "notice"))
            assert raised == notices == announced == expected // len(providers)
            early = db.session.scalar(
                select(func.count()).select_from(Escalation).where(Escalation.raised_at < Escalation.due_at)
            )
            assert early == 0
    assert push_service.faults == []
    topics = Counter(push.headers["Topic"] for each in subscriptions.values() for push in each.received)
    assert len(topics) == expected
    assert killed >= 5
    again = sum(topics.values()) - expected
    assert again > 0 or not everything
    print(f"{killed} kills, {expected} rungs, {again} pushes sent again")


def kill_until_told(
    app: Flask,
    config: Config,
    providers: list[people.Provider],
    expected: int,
    rng: random.Random,
    killing: float,
) -> int:
    """Run jobs, kill them at random while rungs fall due, and wait until everything is told. Answers the kills."""
    environ = surroundings(config.home, config.database_url) | {
        "HEED_PUSH_HOSTS": ",".join(config.push_hosts)
    }

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(jobs_command(), env=environ, cwd=config.root, stderr=subprocess.DEVNULL)

    running = [start() for _ in range(PROCESSES)]
    begun, killed = time.monotonic(), 0
    try:
        while told(app, providers) < expected:
            assert time.monotonic() - begun < killing + 80, "not everything was told in time"
            # A process needs a moment to start; killing sooner would only ever test starting.
            time.sleep(rng.uniform(0.8, 2.0))
            if time.monotonic() - begun < killing:
                place = rng.randrange(PROCESSES)
                running[place].kill()
                running[place].wait()
                running[place] = start()
                killed += 1
    finally:
        for process in running:
            process.kill()
            process.wait()
    return killed


def told(app: Flask, providers: list[people.Provider]) -> int:
    count = 0
    with app.app_context():
        for provider in providers:
            work_for(provider.id)
            sent = select(func.count()).select_from(NoticeDelivery).where(NoticeDelivery.state == "sent")
            count += db.session.scalar(sent) or 0
            db.session.rollback()
    return count
