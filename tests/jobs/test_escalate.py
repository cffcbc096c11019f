"""Raising rungs: each one once, to the right people, until somebody has it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import String, cast, select

from server.domain.role import Role
from server.extensions import db, work_for
from server.jobs.round import tick
from server.models import Escalation, Feed, Notice
from tests import factories
from tests.answers import concern, handover, managed_inside, review, visit_note
from tests.people import PASSWORD, Phone, Provider, Written

LONDON = ZoneInfo("Europe/London")
CAST = ("amina", "ben", "carol", "esther", "farah", "gwen", "hana", "idris", "jo")


@pytest.fixture
def on_call(app: Flask, meadow: Provider) -> None:
    now = datetime.now(UTC)
    for own_name, rank in (("hana", 1), ("idris", 2)):
        factories.put_on_call(app, meadow.id, meadow.services["north"], meadow.workers[own_name], rank, now)


def send(meadow: Provider, form: str, answers: dict[str, Any], *, by: str = "amina", **more: Any) -> Written:
    writer = meadow.phone(by)
    written = writer.write(
        form, answers, service=meadow.services["north"], person=meadow.people["grace"], **more
    )
    (outcome,) = writer.send(written)
    assert outcome["outcome"] == "accepted", outcome
    return written


def red(meadow: Provider, **changes: Any) -> Written:
    return send(meadow, "concern", concern(meadow.people["grace"], danger_now="yes", **changes))


def amber(meadow: Provider, **changes: Any) -> Written:
    return send(meadow, "concern", concern(meadow.people["grace"], safe_now="not_sure", **changes))


def told(meadow: Provider, *names: str) -> dict[str, list[str]]:
    """Who has been told since last asked, and what; of the cast, or of these."""
    heard = {name: _notices(meadow.phone(name)) for name in names or CAST}
    return {name: words for name, words in heard.items() if words}


def _notices(phone: Phone) -> list[str]:
    return [item["words"] for item in phone.fetch() if item["kind"] == "notice"]


def climb(meadow: Provider, jobs_app: Flask, minutes: list[int]) -> list[set[str]]:
    """Who is told at each of these minutes after now."""
    now = datetime.now(UTC)
    rounds = []
    for minute in minutes:
        tick(jobs_app, now + timedelta(minutes=minute, seconds=1))
        rounds.append(set(told(meadow)))
    return rounds


def test_a_red_concern_climbs_its_ladder(meadow: Provider, jobs_app: Flask, on_call: None):
    red(meadow)
    assert climb(meadow, jobs_app, [0, 4, 5, 15, 29, 30, 600]) == [
        {"hana", "esther"},
        set(),
        {"hana", "idris"},
        {"carol"},
        set(),
        {"farah"},
        set(),
    ]


def test_an_amber_concern_climbs_more_slowly(meadow: Provider, jobs_app: Flask, on_call: None):
    amber(meadow)
    assert climb(meadow, jobs_app, [0, 29, 30, 60, 240]) == [
        {"hana"},
        set(),
        {"hana", "idris"},
        {"carol", "gwen"},
        {"farah"},
    ]


def test_deciding_twice_in_a_row_changes_nothing(meadow: Provider, jobs_app: Flask, on_call: None):
    red(meadow)
    now = datetime.now(UTC) + timedelta(minutes=6)
    assert tick(jobs_app, now).raised == 2
    assert tick(jobs_app, now).raised == 0
    assert told(meadow) == {
        "hana": ["A red concern needs you now."] * 2,
        "idris": ["A red concern needs you now."],
        "esther": ["A red concern needs you now."],
    }


@pytest.mark.parametrize("stopped_by", ["acknowledgement", "review"])
def test_nobody_more_is_told_once_somebody_has_it(
    meadow: Provider, jobs_app: Flask, on_call: None, stopped_by: str
):
    written = red(meadow)
    assert climb(meadow, jobs_app, [0]) == [{"hana", "esther"}]
    if stopped_by == "acknowledgement":
        send(meadow, "acknowledgement", {"how": "self"}, by="hana", about=written.key)
    else:
        decided = managed_inside(meadow.workers["carol"], severity_now="red")
        send(meadow, "review", decided, by="carol", about=written.key)
    assert climb(meadow, jobs_app, [5, 15, 30]) == [set(), set(), set()]


def test_asking_for_more_does_not_stop_the_review_clock(meadow: Provider, jobs_app: Flask, on_call: None):
    with time_machine.travel(datetime(2026, 11, 23, 10, 0, tzinfo=LONDON), tick=False):
        written = send(meadow, "concern", concern(meadow.people["grace"]))
        asked = review("more_information", question="What did she eat yesterday?")
        send(meadow, "review", asked, by="carol", about=written.key)
        tick(jobs_app, datetime(2026, 11, 24, 17, 0, tzinfo=LONDON))
        assert "A decision is overdue." in told(meadow)["carol"]


def test_a_low_concern_climbs_by_working_days_up_to_the_providers_representative(
    app: Flask, meadow: Provider, jobs_app: Flask, on_call: None
):
    # Friday: due on Monday at five, over the weekend.
    with time_machine.travel(datetime(2026, 11, 20, 11, 0, tzinfo=LONDON), tick=False):
        with app.app_context():
            work_for(meadow.id)
            at, north = datetime.now(UTC), [meadow.services["north"]]
            role = Role.PROVIDER_REPRESENTATIVE
            factories.add_worker(meadow.id, "pia", "Pia Rhodes", role, north, PASSWORD, at)
            db.session.commit()
        send(meadow, "concern", concern(meadow.people["grace"]))
        for moment, expected in (
            (datetime(2026, 11, 22, 23, 0, tzinfo=LONDON), set()),
            (datetime(2026, 11, 23, 15, 0, tzinfo=LONDON), {"carol", "gwen", "esther"}),
            (datetime(2026, 11, 23, 17, 0, tzinfo=LONDON), {"carol"}),
            (datetime(2026, 11, 24, 17, 0, tzinfo=LONDON), {"farah"}),
            (datetime(2026, 11, 25, 16, 59, tzinfo=LONDON), set()),
            (datetime(2026, 11, 25, 17, 0, tzinfo=LONDON), {"pia"}),
        ):
            tick(jobs_app, moment)
            assert set(told(meadow, *CAST, "pia")) == expected, moment


def test_an_empty_on_call_slot_falls_up_and_is_never_nobody(meadow: Provider, jobs_app: Flask):
    red(meadow)
    rounds = climb(meadow, jobs_app, [0, 5, 15, 30])
    assert all(rounds), rounds
    assert "esther" in rounds[0]


def test_a_restricted_concern_goes_round_whom_it_names(meadow: Provider, jobs_app: Flask, on_call: None):
    names_esther = {"who_caused": "our_staff", "who_worker": [meadow.esther.worker]}
    red(meadow, **names_esther)
    assert climb(meadow, jobs_app, [0, 5, 15, 30]) == [{"farah"}] * 4


def test_whoever_wrote_it_is_not_told_of_it(meadow: Provider, jobs_app: Flask, on_call: None):
    send(meadow, "concern", concern(meadow.people["grace"], danger_now="yes"), by="hana")
    (first,) = climb(meadow, jobs_app, [0])
    assert first == {"esther"}


def test_whoever_is_told_can_read_what_it_is_about(meadow: Provider, jobs_app: Flask, app: Flask):
    now = datetime.now(UTC)
    # Jo looks after accounts and reads nothing; tonight she is on call.
    factories.put_on_call(app, meadow.id, meadow.services["north"], meadow.workers["jo"], 1, now)
    written = red(meadow)
    assert meadow.jo.fetch() == []
    tick(jobs_app, now + timedelta(minutes=1))
    items = meadow.jo.fetch()
    assert [item["key"] for item in items if item["kind"] == "entry"] == [written.key]
    assert [item["kind"] for item in items].count("standing") == 1
    seen = meadow.jo.write(
        "acknowledgement", {"how": "self"}, service=meadow.services["north"], about=written.key
    )
    assert meadow.jo.send(seen)[0]["effect"] == "counted"


def test_amber_that_becomes_red_by_a_correction_is_told_from_the_beginning(
    meadow: Provider, jobs_app: Flask, on_call: None
):
    written = amber(meadow)
    assert climb(meadow, jobs_app, [0]) == [{"hana"}]
    worse = concern(meadow.people["grace"], danger_now="yes")
    send(meadow, "concern", worse, replaces=written.key)
    assert climb(meadow, jobs_app, [0, 5]) == [{"hana", "esther"}, {"hana", "idris"}]


def test_after_three_days_without_jobs_everything_is_raised_once_and_the_oldest_first(
    meadow: Provider, jobs_app: Flask, on_call: None, app: Flask
):
    for _ in range(3):
        red(meadow)
    late = datetime.now(UTC) + timedelta(days=3)
    assert tick(jobs_app, late).raised >= 12
    assert tick(jobs_app, late).raised == 0
    with app.app_context():
        work_for(meadow.id)
        rows = db.session.scalars(select(Escalation).where(Escalation.rule == "acknowledge")).all()
        assert len(rows) == 12
        assert all(row.raised_at == late > row.due_at for row in rows)
        in_turn = (
            select(Escalation.due_at)
            .join(
                Notice,
                (Notice.thread_key == Escalation.thread_key)
                & (Notice.rule == Escalation.rule)
                & (Notice.rung == Escalation.rung),
            )
            .join(Feed, (Feed.kind == "notice") & (Feed.key == cast(Notice.id, String)))
            .order_by(Feed.seq)
        )
        due = db.session.scalars(in_turn).all()
        assert len(due) > 12
        assert due == sorted(due)


def test_something_quarantined_alerts_too(meadow: Provider, jobs_app: Flask, on_call: None):
    broken = meadow.amina.write(
        "concern", {"danger_now": "yes", "nonsense": 1}, service=meadow.services["north"]
    )
    assert meadow.amina.send(broken)[0]["outcome"] == "quarantined"
    (first,) = climb(meadow, jobs_app, [0])
    assert first == {"esther", "farah"}


def test_a_handover_that_must_be_read_is_chased(meadow: Provider, jobs_app: Flask, on_call: None):
    shift_starts = datetime.now(UTC).replace(microsecond=0)
    answers = handover(meadow.people["grace"], [meadow.workers["ben"]], shift_until=shift_starts.isoformat())
    written = send(meadow, "handover", answers)
    tick(jobs_app, shift_starts + timedelta(minutes=31))
    assert told(meadow) == {"gwen": ["A handover that must be read has not been read by everybody."]}
    send(meadow, "acknowledgement", {"how": "self"}, by="ben", about=written.key)
    tick(jobs_app, shift_starts + timedelta(minutes=61))
    assert told(meadow) == {}


def test_a_handover_that_nobody_reads_goes_from_the_deputy_to_the_manager(
    meadow: Provider, jobs_app: Flask, on_call: None
):
    shift_starts = datetime.now(UTC).replace(microsecond=0)
    answers = handover(meadow.people["grace"], [meadow.workers["ben"]], shift_until=shift_starts.isoformat())
    send(meadow, "handover", answers)
    rounds = []
    for minutes in (29, 31, 59, 61, 600):
        tick(jobs_app, shift_starts + timedelta(minutes=minutes))
        rounds.append(set(told(meadow)))
    assert rounds == [set(), {"gwen"}, set(), {"carol"}, set()]


def test_a_quiet_note_tells_nobody(meadow: Provider, jobs_app: Flask, on_call: None):
    send(meadow, "visit-note", visit_note(meadow.people["grace"]))
    assert tick(jobs_app, datetime.now(UTC) + timedelta(days=30)).raised == 0


def test_a_notice_is_fetched_by_its_reader_alone(
    meadow: Provider, riverside: Provider, jobs_app: Flask, on_call: None
):
    red(meadow)
    tick(jobs_app, datetime.now(UTC) + timedelta(seconds=1))
    assert set(told(meadow)) == {"hana", "esther"}
    assert riverside.rita.fetch() == []
