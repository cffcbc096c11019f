"""The demo, loaded: all of it is kept as if it had come from phones, and the rules judge it as they must."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.config import Config
from server.demo import load, passphrase
from server.demo.cast import cast
from server.demo.phone import Phones
from server.demo.seed import Seed
from server.demo.story import tell
from server.domain.errors import Taken
from server.extensions import db, work_for
from server.models import (
    Entry,
    Escalation,
    OnCall,
    Photo,
    Provider,
    Quarantine,
    Shift,
    Standing,
    ThreadReader,
    Worker,
)
from server.services import rebuild
from server.services.escalation import due_rungs

#: A Tuesday morning.
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

Heard = list[tuple[int, int]]


@pytest.fixture(scope="module")
def heard() -> Heard:
    """What the loading said of how far it was."""
    return []


@pytest.fixture(scope="module")
def demo(
    copy_of_template: Callable[[], str], config_for: Callable[..., Config], heard: Heard
) -> Iterator[Flask]:
    """Heed with the demo in it, in a database of its own."""
    from server.app import create_app

    app = create_app(config_for(copy_of_template()))
    load(app, NOW, lambda done, of: heard.append((done, of)))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def meadow_demo(demo: Flask) -> Iterator[UUID]:
    """The demo's provider, with the session working for it."""
    with demo.app_context():
        provider = Seed().id_for("provider")
        work_for(provider)
        yield provider
        db.session.rollback()


def key(demo: Flask, name: str) -> str:
    story = {each.name: each for each in tell(NOW, demo.extensions["rules"])}
    return story[name].key(Seed())


def standing(demo: Flask, name: str) -> Standing:
    return db.session.execute(select(Standing).where(Standing.thread_key == key(demo, name))).scalar_one()


def rules_of(found: Standing) -> list[str]:
    return [flag["rule"] for flag in found.document["flags"]]


def test_the_provider_is_marked_as_a_demo(meadow_demo: UUID) -> None:
    provider = db.session.get_one(Provider, meadow_demo)
    assert (provider.name, provider.handle, provider.demo) == ("Meadow Care", "meadow", True)


def test_every_entry_of_the_story_is_kept_and_none_is_held(demo: Flask, meadow_demo: UUID) -> None:
    story = tell(NOW, demo.extensions["rules"])
    assert db.session.scalar(select(func.count()).select_from(Entry)) == len(story)
    assert db.session.scalar(select(func.count()).select_from(Quarantine)) == 0
    assert set(db.session.scalars(select(Entry.key))) == {each.key(Seed()) for each in story}


def test_working_everything_out_again_finds_nothing_to_mend(demo: Flask, meadow_demo: UUID) -> None:
    assert rebuild.differences(demo.extensions["rules"]) == []


def test_loading_says_how_far_it_is_until_all_is_there(demo: Flask, heard: Heard) -> None:
    assert len(heard) > 3
    assert heard == sorted(heard)
    assert heard[-1][0] == heard[-1][1]


def test_a_second_demo_is_refused_and_leaves_the_first_alone(demo: Flask) -> None:
    with pytest.raises(Taken):
        load(demo, NOW)
    with demo.app_context():
        work_for(Seed().id_for("provider"))
        assert db.session.scalar(select(func.count()).select_from(Worker)) == 20


def test_everybody_signs_in_with_the_one_passphrase(demo: Flask) -> None:
    client = demo.test_client()
    point = Phones(Seed()).point(cast().workers["amina"])
    for worker in ("amina", "carol", "helen"):
        said = {
            "sign_in_name": f"{worker}@meadow",
            "password": passphrase(),
            "device": {"id": None, "name": "A tablet"},
            "signing_key": urlsafe_b64encode(point).decode().rstrip("="),
        }
        answer = client.post("/api/session/sign-in", json=said)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.get_json()["provider"]["demo"] is True
        assert answer.get_json()["worker"]["name"] == cast().workers[worker].name


def test_somebody_is_first_and_somebody_second_on_call_everywhere(meadow_demo: UUID) -> None:
    now = select(OnCall.service_id, OnCall.rank).where(OnCall.from_at <= NOW, OnCall.until_at > NOW)
    services = [Seed().id_for(f"service/{name}") for name in cast().services]
    assert set(map(tuple, db.session.execute(now))) == {(each, rank) for each in services for rank in (1, 2)}


@pytest.mark.parametrize("hour", [3, 7, 12, 18, 23])
def test_somebody_is_on_shift_everywhere_at_any_hour(meadow_demo: UUID, hour: int) -> None:
    moment = NOW.replace(hour=hour, minute=1)
    now = select(Shift.service_id).where(Shift.from_at <= moment, Shift.until_at > moment)
    assert set(db.session.scalars(now)) == {Seed().id_for(f"service/{name}") for name in cast().services}


def test_the_third_fall_in_four_weeks_turned_amber(demo: Flask, meadow_demo: UUID) -> None:
    why = standing(demo, "concern/harry-third").document["why"]
    assert "R-14" in [each["rule"] for each in why]


def test_of_two_decisions_the_earlier_counts_and_the_other_is_kept(demo: Flask, meadow_demo: UUID) -> None:
    effects = {
        name: db.session.scalar(
            select(Entry.effect_reason).where(Entry.key == key(demo, f"concern/arthur-bank/review/{name}"))
        )
        for name in (0, 1)
    }
    assert effects == {0: None, 1: "already_decided"}


def test_nobody_checks_their_own_count(demo: Flask, meadow_demo: UUID) -> None:
    own = key(demo, "receipt/danny-count-start/review/0")
    assert db.session.scalar(select(Entry.effect_reason).where(Entry.key == own)) == "checked_by_recorder"


def test_the_restricted_concern_is_open_to_those_who_answer_for_it_alone(
    demo: Flask, meadow_demo: UUID
) -> None:
    found = standing(demo, "concern/miah-staff")
    kelly = Seed().id_for("worker/kelly")
    assert found.restricted
    assert [str(kelly)] == list(found.excluded)


def test_nobody_inside_is_left_for_one_concern_and_its_writer_is_told(demo: Flask, meadow_demo: UUID) -> None:
    found = standing(demo, "concern/danny-left-out")
    assert found.restricted
    assert found.document["alone"]
    readers = select(ThreadReader.worker_id).where(ThreadReader.thread_key == found.thread_key)
    assert db.session.scalars(readers).all() == []


def test_dannys_tin_adds_up_until_the_chips_and_not_after(demo: Flask, meadow_demo: UUID) -> None:
    for name in ("danny-shop-1", "danny-in-1", "danny-lunch", "danny-shop-2", "danny-in-3"):
        assert not {"F3", "F3-large"} & set(rules_of(standing(demo, f"receipt/{name}"))), name
    assert "F3-large" in rules_of(standing(demo, "receipt/danny-chips"))
    assert {"F1", "F4"} <= set(rules_of(standing(demo, "receipt/danny-taxi")))


def test_money_that_staff_put_in_or_took_by_card_is_flagged(demo: Flask, meadow_demo: UUID) -> None:
    assert "F5" in rules_of(standing(demo, "receipt/karen-own-money"))
    assert "F5" in rules_of(standing(demo, "receipt/joan-card"))
    assert "F6" in rules_of(standing(demo, "receipt/leroy-going-out"))
    assert "F7" in rules_of(standing(demo, "receipt/leroy-going-out"))


def test_the_photos_of_receipts_are_here_but_for_one_on_its_way(demo: Flask, meadow_demo: UUID) -> None:
    here = db.session.execute(select(Photo.entry_id, Photo.stored_hash)).all()
    pictured = [each for each in tell(NOW, demo.extensions["rules"]) if each.photos]
    assert len(here) == len(pictured) - 1
    assert all(demo.extensions["photos"].get(meadow_demo, stored) for _, stored in here)


def test_every_decision_in_the_story_counts_but_those_meant_not_to(meadow_demo: UUID) -> None:
    without = db.session.scalars(
        select(Entry.effect_reason).where(Entry.effect == "none", Entry.effect_reason.is_not(None))
    )
    assert sorted(without) == ["already_decided", "checked_by_recorder"]


def test_jobs_have_nothing_to_catch_up_with(meadow_demo: UUID) -> None:
    assert due_rungs(NOW, 500) == []


def test_each_rung_was_raised_when_it_was_due_and_not_when_the_demo_was_loaded(
    demo: Flask, meadow_demo: UUID
) -> None:
    received = {each.key(Seed()): each.received for each in tell(NOW, demo.extensions["rules"])}
    raised = db.session.scalars(select(Escalation)).all()
    assert len(raised) > 40
    for each in raised:
        assert each.raised_at == max(each.due_at, received[each.thread_key])


def test_the_second_on_call_was_told_of_the_red_night_only_after_the_first_did_not_answer(
    demo: Flask, meadow_demo: UUID
) -> None:
    night = key(demo, "concern/kaz-night")
    told = select(Escalation.rung).where(Escalation.thread_key == night, Escalation.rule == "acknowledge")
    # Sam took it after six minutes: five minutes in, the second rung had fired, and none after it.
    assert sorted(db.session.scalars(told)) == [0, 1]
