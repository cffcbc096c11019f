"""Whoever has lost a role or a turn on call cannot go on deciding by setting their phone's clock back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.domain.role import Role
from server.extensions import db, work_for
from server.models import OnCall
from tests.answers import concern, managed_inside
from tests.api.test_writing import hired
from tests.people import Phone, Provider, Written, uuid7

HOUR = timedelta(hours=1)


def raised(meadow: Provider, **changes: Any) -> Written:
    grace, north = meadow.people["grace"], meadow.services["north"]
    written = meadow.amina.write("concern", concern(grace, **changes), service=north, person=grace)
    meadow.amina.send(written)
    return written


def said(phone: Phone, meadow: Provider, about: Written, form: str, ago: timedelta, **changes: Any) -> Any:
    """What became of something said some time ago, by the phone's clock, and sent just now."""
    answers = managed_inside(meadow.workers["carol"], **changes) if form == "review" else {"how": "self"}
    at = datetime.now(UTC) - ago
    act = phone.write(form, answers, service=meadow.services["north"], about=about.key, at=at)
    (outcome,) = phone.send(act)
    return outcome["effect"], outcome["reason"]


def standing(phone: Phone, thread: str) -> dict[str, Any]:
    return [item for item in phone.fetch() if item["kind"] == "standing" and item["thread"] == thread][-1]


@pytest.mark.parametrize("form", ["review", "acknowledgement"])
def test_a_manager_decides_without_signal_and_it_counts(meadow: Provider, form: str):
    assert said(meadow.carol, meadow, raised(meadow), form, 3 * HOUR) == ("counted", None)


@pytest.mark.parametrize("form", ["review", "acknowledgement"])
@pytest.mark.parametrize("role", [Role.REGISTERED_MANAGER, Role.SAFEGUARDING_LEAD])
def test_a_former_manager_cannot_put_a_decision_before_the_end_of_their_role(
    meadow: Provider, role: Role, form: str
):
    zoe = hired(meadow, "zoe", role, "north", until=datetime.now(UTC) - HOUR)
    about = raised(meadow)
    assert said(zoe, meadow, about, form, 2 * HOUR) == ("none", "not_allowed")
    shown = standing(meadow.carol, about.key)
    assert (shown["state"], shown["seen_by"], shown["decided"]) == ("recorded", None, None)


def test_a_former_lead_decides_nothing_restricted_and_hears_nothing_of_it(meadow: Provider):
    zoe = hired(meadow, "zoe", Role.SAFEGUARDING_LEAD, "north", until=datetime.now(UTC) - HOUR)
    about = raised(meadow, who_caused="our_staff", who_name="Ben Okafor")
    assert said(zoe, meadow, about, "review", 2 * HOUR) == ("none", "waiting")
    assert standing(meadow.esther, about.key)["decided"] is None


def test_a_turn_on_call_that_is_over_silences_no_ladder(meadow: Provider):
    now, kim = datetime.now(UTC), hired(meadow, "kim", Role.WORKER, "north")
    with meadow.app.app_context():
        work_for(meadow.id)
        turn = {"provider_id": meadow.id, "id": uuid7(), "service_id": meadow.services["north"], "rank": 1}
        times = {"from_at": now - 9 * HOUR, "until_at": now - HOUR}
        db.session.add(OnCall(worker_id=meadow.workers["kim"], number="020 7946 0000", **turn, **times))
        db.session.commit()
    about = raised(meadow, danger_now="yes")
    assert said(kim, meadow, about, "acknowledgement", 2 * HOUR) == ("none", "not_allowed")
    assert standing(meadow.carol, about.key)["seen_by"] is None


def test_a_former_deputy_is_no_second_person_for_a_decision_put_back(meadow: Provider):
    hired(meadow, "zoe", Role.DEPUTY_MANAGER, "north", until=datetime.now(UTC) - HOUR)
    about = raised(meadow, danger_now="yes")
    second = {"severity_now": "low", "reviewed_with": str(meadow.workers["zoe"])}
    assert said(meadow.carol, meadow, about, "review", 2 * HOUR, **second) == ("counted", None)
    assert standing(meadow.carol, about.key)["severity"] == "red"
