"""Wrong passwords get slow from where they come, and never keep the owner away."""

from __future__ import annotations

import statistics
import time
from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import func, select

from server.extensions import db, work_for
from server.models import SignInFailure
from tests.people import Phone, Provider


def wrong(app: Flask, name: str, address: str = "198.51.100.7") -> int:
    phone = Phone(app, name, "not the password")
    phone.client.environ_base["REMOTE_ADDR"] = address
    return phone.sign_in().status_code


def test_guessing_from_one_place_gets_slow(app: Flask, meadow: Provider):
    with time_machine.travel("2026-11-01T09:00:00+00:00", tick=False) as clock:
        assert [wrong(app, "amina@meadow") for _ in range(6)] == [401] * 5 + [429]
        clock.shift(timedelta(seconds=3))
        assert [wrong(app, "amina@meadow") for _ in range(2)] == [401, 429]
        clock.shift(timedelta(hours=2))
        assert wrong(app, "amina@meadow") == 401


def test_a_throttled_try_says_how_long_and_leaves_a_trace(app: Flask, meadow: Provider):
    for _ in range(5):
        wrong(app, "amina@meadow")
    phone = Phone(app, "amina@meadow")
    phone.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    answer = phone.sign_in()
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 2
    throttled = select(func.count()).select_from(SignInFailure).where(SignInFailure.throttled)
    with app.app_context():
        work_for(meadow.id)
        assert db.session.scalar(throttled) == 1


def test_a_stranger_who_guesses_cannot_keep_the_owner_away(app: Flask, meadow: Provider):
    meadow.amina.sign_in()
    elsewhere = Phone(app, "amina@meadow")
    elsewhere.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    for _ in range(12):
        wrong(app, "amina@meadow")
    assert meadow.amina.sign_in().status_code == 200
    assert elsewhere.sign_in().status_code == 200
    meadow.amina.client.environ_base["REMOTE_ADDR"] = "198.51.100.7"
    assert meadow.amina.sign_in().status_code == 200


def test_guessing_from_everywhere_gets_slow_too_and_the_known_phone_does_not(app: Flask, meadow: Provider):
    meadow.amina.sign_in()
    with time_machine.travel("2026-11-24T09:00:00+00:00", tick=False) as clock:
        for place in range(51):
            assert wrong(app, "amina@meadow", f"203.0.113.{place}") == 401
        assert wrong(app, "amina@meadow", "203.0.113.200") == 429
        assert meadow.amina.sign_in().status_code == 200
        clock.shift(timedelta(seconds=31))
        assert wrong(app, "amina@meadow", "203.0.113.200") == 401


def test_wrong_passwords_are_not_kept_and_neither_are_addresses(app: Flask, meadow: Provider):
    wrong(app, "amina@meadow")
    with app.app_context():
        work_for(meadow.id)
        kept = db.session.execute(select(SignInFailure.__table__)).mappings().one()
    for value in kept.values():
        shown = bytes(value) if isinstance(value, bytes) else str(value).encode()
        assert b"198.51" not in shown
        assert b"amina" not in shown


def test_an_unknown_name_takes_as_long_as_a_wrong_password(app: Flask, meadow: Provider):
    def reckoned(name: str) -> float:
        """The processor time of a try: what others do on this machine at the same time does not count."""
        spent = []
        for place in range(5):
            before = time.process_time()
            assert wrong(app, name, f"203.0.113.{place}") == 401
            spent.append(time.process_time() - before)
        return statistics.median(spent)

    wrong_password = reckoned("amina@meadow")
    for unknown in ("nobody@meadow", "amina@nowhere", "no name at all"):
        assert 0.5 < reckoned(unknown) / wrong_password < 2
