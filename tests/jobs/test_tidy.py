"""What signing in leaves behind is deleted after thirty days, and nothing that somebody still needs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from flask import Flask
from sqlalchemy import func, select, update

from server.extensions import db, work_for
from server.jobs.tidy import tidy_up
from server.jobs.unfinished import drop_unfinished
from server.models import PhotoPart, RoleGrant, SignInFailure, Standing, UsedChallenge, WorkerSession
from tests.answers import concern
from tests.people import Phone, Provider

KINDS = (WorkerSession, SignInFailure, UsedChallenge)


def left(app: Flask, provider: Provider) -> list[int]:
    with app.app_context():
        work_for(provider.id)
        return [db.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in KINDS]


def test_what_is_old_is_deleted_for_every_provider_and_what_is_not_stays(
    app: Flask, jobs_app: Flask, meadow: Provider, riverside: Provider
):
    now = datetime.now(UTC)
    for provider, own in ((meadow, "amina"), (riverside, "dev")):
        provider.phone(own).sign_in()
        Phone(app, f"{own}@{provider.handle}", "not the password").sign_in()
        with app.app_context():
            work_for(provider.id)
            db.session.add(UsedChallenge(provider_id=provider.id, hash=b"one", used_at=now))
            db.session.commit()
    tidy_up(jobs_app, now + timedelta(minutes=30))
    assert left(app, meadow) == left(app, riverside) == [1, 1, 1]
    tidy_up(jobs_app, now + timedelta(hours=2))
    assert left(app, meadow) == [1, 1, 0]
    tidy_up(jobs_app, now + timedelta(days=31))
    assert left(app, meadow) == [1, 0, 0]
    assert tidy_up(jobs_app, now + timedelta(days=61)) == 2
    assert left(app, meadow) == left(app, riverside) == [0, 0, 0]
    assert meadow.amina.refresh().status_code == 401


def test_a_lead_s_role_that_ends_by_itself_closes_what_it_opened(
    app: Flask, jobs_app: Flask, meadow: Provider
):
    said = concern(meadow.people["grace"], who_caused="our_staff", who_name="Ben Okafor")
    written = meadow.amina.write("concern", said, service=meadow.services["north"])
    meadow.amina.send(written)
    meadow.esther.fetch()
    now = datetime.now(UTC)
    with app.app_context():
        work_for(meadow.id)
        here = update(RoleGrant).where(
            RoleGrant.worker_id == meadow.workers["esther"], RoleGrant.service_id == meadow.services["north"]
        )
        db.session.execute(here.values(until_at=now))
        db.session.commit()
    tidy_up(jobs_app, now + timedelta(minutes=20))
    forgotten = {item["thread"] for item in meadow.esther.fetch() if item["kind"] == "forget"}
    assert written.key in forgotten


def test_a_provider_that_cannot_be_tidied_keeps_no_other_waiting(
    app: Flask, jobs_app: Flask, meadow: Provider, riverside: Provider
):
    now = datetime.now(UTC)
    cast = [(meadow, "amina", "esther", "Ben Okafor"), (riverside, "dev", "rita", "Rita Lowe")]
    (first, writer, lead, named), (second, *_) = sorted(cast, key=lambda each: each[0].id)
    said = concern(next(iter(first.people.values())), who_caused="our_staff", who_name=named)
    phone = first.phone(writer)
    phone.send(phone.write("concern", said, service=next(iter(first.services.values()))))
    with app.app_context():
        work_for(first.id)
        db.session.execute(update(Standing).values(excluded=["nobody"]))
        ended = update(RoleGrant).where(RoleGrant.worker_id == first.workers[lead])
        db.session.execute(ended.values(until_at=now))
        db.session.commit()
        work_for(second.id)
        db.session.add(UsedChallenge(provider_id=second.id, hash=b"one", used_at=now))
        db.session.commit()
    tidy_up(jobs_app, now + timedelta(hours=2))
    assert left(app, second)[2] == 0


def test_parts_of_photos_that_nobody_went_on_with_are_let_go_for_every_provider(
    app: Flask, jobs_app: Flask, meadow: Provider, riverside: Provider
):
    now = datetime.now(UTC)
    for provider in (meadow, riverside):
        with app.app_context():
            work_for(provider.id)
            for days in (13, 15):
                ids = {"sender_id": uuid4(), "signing_key_id": uuid4(), "entry_id": uuid4(), "hash": "0" * 64}
                came = {"begin": 0, "content": b"part", "received_at": now - timedelta(days=days)}
                db.session.add(PhotoPart(provider_id=provider.id, **ids, **came))
            db.session.commit()
    assert drop_unfinished(jobs_app, now) == 2
    assert drop_unfinished(jobs_app, now) == 0
