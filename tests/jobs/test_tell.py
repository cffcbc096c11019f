"""Telling: a notice reaches every device of its worker at least once, and what became of each attempt is kept."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server.extensions import db, work_for, work_for_nobody
from server.jobs.escalate import decide
from server.jobs.round import tick, web_push
from server.jobs.tell import tell
from server.models import NoticeAttempt, NoticeDelivery, PushSubscription
from server.services import notice
from tests import factories
from tests.answers import concern
from tests.people import Provider
from tests.push_service import PushService, Subscription


@pytest.fixture
def red_concern(app: Flask, meadow: Provider) -> datetime:
    """Amina has sent a red concern, and Hana is on call. Answers when it may be raised."""
    now = datetime.now(UTC)
    factories.put_on_call(app, meadow.id, meadow.services["north"], meadow.workers["hana"], 1, now)
    answers = concern(meadow.people["grace"], danger_now="yes")
    meadow.amina.send(meadow.amina.write("concern", answers, service=meadow.services["north"]))
    return datetime.now(UTC) + timedelta(seconds=1)


def deliveries(app: Flask, meadow: Provider) -> list[tuple[str, int]]:
    with app.app_context():
        work_for(meadow.id)
        rows = db.session.scalars(select(NoticeDelivery)).all()
        return [(row.state, row.attempts) for row in rows]


def attempts(app: Flask, meadow: Provider) -> list[int | None]:
    with app.app_context():
        work_for(meadow.id)
        return list(db.session.scalars(select(NoticeAttempt.status).order_by(NoticeAttempt.at)))


def test_a_notice_is_pushed_once_to_each_device(
    app: Flask,
    jobs_app: Flask,
    meadow: Provider,
    alerts_on: Callable[..., Subscription],
    red_concern: datetime,
    push_service: PushService,
):
    hana, esther = alerts_on(meadow, "hana"), alerts_on(meadow, "esther")
    for _ in range(2):
        tick(jobs_app, red_concern)
    assert [len(each.received) for each in (hana, esther)] == [1, 1]
    assert push_service.faults == []
    assert hana.received[0].said["notification"]["body"] == "A red concern needs you. Open the app."
    assert deliveries(app, meadow) == [("sent", 1), ("sent", 1)]
    assert attempts(app, meadow) == [201, 201]


@pytest.mark.parametrize("status", [404, 410])
def test_a_dead_subscription_is_dropped(
    app: Flask,
    jobs_app: Flask,
    meadow: Provider,
    alerts_on: Callable[..., Subscription],
    red_concern: datetime,
    status: int,
):
    alerts_on(meadow, "hana", status=status)
    tick(jobs_app, red_concern)
    assert deliveries(app, meadow) == [("gone", 1)]
    with app.app_context():
        work_for(meadow.id)
        assert db.session.scalars(select(PushSubscription.gone_at)).one() is not None


@pytest.mark.parametrize("mended_by", ["taking the next push", "subscribing anew"])
def test_nobody_counts_on_a_device_whose_push_service_refused(
    app: Flask,
    jobs_app: Flask,
    meadow: Provider,
    alerts_on: Callable[..., Subscription],
    red_concern: datetime,
    mended_by: str,
):
    def reaches() -> bool:
        at_north = str(meadow.services["north"])
        (north,) = (service for service in meadow.carol.home()["services"] if service["id"] == at_north)
        return bool(north["push_reaches_on_call"])

    hana = alerts_on(meadow, "hana", status=403)
    assert reaches()
    tick(jobs_app, red_concern)
    assert deliveries(app, meadow) == [("given_up", 1)]
    assert not reaches()
    if mended_by == "taking the next push":
        hana.status = 201
        tick(jobs_app, red_concern + timedelta(minutes=6))
        assert len(hana.received) == 2
    else:
        alerts_on(meadow, "hana")
    assert reaches()


def test_a_subscription_that_was_renewed_meanwhile_is_not_dropped(
    app: Flask,
    jobs_app: Flask,
    meadow: Provider,
    alerts_on: Callable[..., Subscription],
    red_concern: datetime,
):
    alerts_on(meadow, "hana", status=410)
    with jobs_app.app_context():
        decide(jobs_app, red_concern)
        work_for_nobody()
        (waiting,) = notice.waiting(red_concern, 10)
        work_for(meadow.id)
        claimed = notice.claim(waiting, red_concern)
        db.session.commit()
        assert claimed is not None
    alerts_on(meadow, "hana")
    with jobs_app.app_context():
        work_for(meadow.id)
        notice.gone(claimed, 410, red_concern)
        db.session.commit()
        assert db.session.scalars(select(PushSubscription.gone_at)).one() is None


def test_a_push_service_that_asks_for_patience_gets_it(
    app: Flask,
    jobs_app: Flask,
    meadow: Provider,
    alerts_on: Callable[..., Subscription],
    red_concern: datetime,
):
    hana = alerts_on(meadow, "hana", status=429, headers={"Retry-After": "120"})
    tick(jobs_app, red_concern)
    hana.status = 201
    tick(jobs_app, red_concern + timedelta(seconds=110))
    assert len(hana.received) == 1
    tick(jobs_app, red_concern + timedelta(seconds=130))
    assert len(hana.received) == 2
    assert ("sent", 2) in deliveries(app, meadow)


def test_a_failing_push_service_is_tried_ever_more_slowly(
    app: Flask,
    jobs_app: Flask,
    meadow: Provider,
    alerts_on: Callable[..., Subscription],
    red_concern: datetime,
):
    hana = alerts_on(meadow, "hana", status=500)
    for seconds in range(0, 240, 5):
        tick(jobs_app, red_concern + timedelta(seconds=seconds))
    assert 4 <= len(hana.received) <= 8
    assert deliveries(app, meadow)[0][0] == "waiting"


def test_an_attempt_whose_process_died_is_made_again(
    app: Flask,
    jobs_app: Flask,
    meadow: Provider,
    alerts_on: Callable[..., Subscription],
    red_concern: datetime,
):
    hana = alerts_on(meadow, "hana")
    with jobs_app.app_context():
        decide(jobs_app, red_concern)
        work_for_nobody()
        (waiting,) = notice.waiting(red_concern, 10)
        work_for(meadow.id)
        assert notice.claim(waiting, red_concern) is not None
        db.session.commit()
    tick(jobs_app, red_concern + notice.LEASE - timedelta(seconds=2))
    assert hana.received == []
    tick(jobs_app, red_concern + notice.LEASE + timedelta(seconds=1))
    assert len(hana.received) == 1


def test_two_processes_do_not_send_one_notice_at_the_same_time(
    app: Flask,
    jobs_app: Flask,
    meadow: Provider,
    alerts_on: Callable[..., Subscription],
    red_concern: datetime,
):
    hana = alerts_on(meadow, "hana", hang=0.5)
    decide(jobs_app, red_concern)
    with jobs_app.app_context():
        work_for_nobody()
        (waiting,) = notice.waiting(red_concern, 10)
        db.session.rollback()
    push = web_push(jobs_app)
    with ThreadPoolExecutor(6) as pool:
        tried = [pool.submit(tell, jobs_app, push, waiting, red_concern) for _ in range(6)]
        assert sum(each.result() for each in tried) == 1
    assert len(hana.received) == 1
