"""The process that works with nobody at the keyboard, and a push service for it to tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask

from server.app import JOBS, create_app
from server.config import Config
from server.extensions import db, work_for
from server.models import Device
from server.services.push_subscription import subscribe
from tests.people import Provider
from tests.push_service import PushService, Subscription, serving


@pytest.fixture
def push_service() -> Iterator[PushService]:
    """A push service of this test's own."""
    with serving() as running:
        yield running


@pytest.fixture
def jobs_app(
    app: Flask, shared_database: str, config_for: Callable[..., Config], push_service: PushService
) -> Iterator[Flask]:
    """Heed as its jobs process has it; it may push to the tests' own service."""
    made = create_app(config_for(shared_database, HEED_PUSH_HOSTS=push_service.host), JOBS)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def alerts_on(app: Flask, push_service: PushService) -> Callable[..., Subscription]:
    """Switches on alerts for a worker: answers the subscription that the push service now has."""

    def switch_on(provider: Provider, own_name: str, **answers: object) -> Subscription:
        made = push_service.subscribe(**answers)
        said = made.as_browsers_say_it
        with app.app_context():
            work_for(provider.id)
            worker = provider.workers[own_name]
            device = _device(provider.id, worker)
            subscribe(
                provider=provider.id,
                worker=worker,
                device=device,
                endpoint=said["endpoint"],
                p256dh=said["keys"]["p256dh"],
                auth=said["keys"]["auth"],
                push_hosts=[push_service.host],
                at=datetime.now(UTC),
            )
            db.session.commit()
        return made

    return switch_on


def _device(provider: UUID, worker: UUID) -> UUID:
    if db.session.get(Device, (provider, worker)) is None:
        db.session.add(Device(provider_id=provider, id=worker, name="phone", made_at=datetime.now(UTC)))
        db.session.flush()
    return worker
