"""An indicator written on Friday evening without signal is reviewed on Monday: just in time, or just too late."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.answers import concern, managed_inside
from tests.people import Provider

LONDON = ZoneInfo("Europe/London")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("reviewed", "on_time"),
    [("2026-11-23T16:59", True), ("2026-11-23T17:01", False)],
    ids=["a minute before five is on time", "a minute after five is late"],
)
def test_written_on_friday_sent_on_saturday_and_due_on_monday_at_five(meadow: Provider, reviewed, on_time):
    north, grace = meadow.services["north"], meadow.people["grace"]
    with time_machine.travel(local("2026-11-20T08:00"), tick=False):
        assert meadow.amina.intake_key
    with time_machine.travel(local("2026-11-20T16:55"), tick=False):
        written = meadow.amina.write("concern", concern(grace), service=north, person=grace)
    with time_machine.travel(local("2026-11-21T09:00"), tick=False):
        assert meadow.amina.refresh().status_code == 200
        (outcome,) = meadow.amina.send(written)
        assert outcome["outcome"] == "accepted"
    with time_machine.travel(local(reviewed), tick=False):
        decision = meadow.carol.write(
            "review", managed_inside(meadow.workers["carol"]), service=north, about=written.key
        )
        (outcome,) = meadow.carol.send(decision)
        assert outcome["effect"] == "counted"
        (stands,) = [each for each in meadow.carol.fetch() if each["kind"] == "standing"]
    (review,) = [each for each in stands["deadlines"] if each["rule"] == "review"]
    assert datetime.fromisoformat(review["start"]) == local("2026-11-20T16:55")
    assert datetime.fromisoformat(review["due"]) == local("2026-11-23T17:00")
    assert (datetime.fromisoformat(review["stop"]) <= datetime.fromisoformat(review["due"])) is on_time
    assert "the weekend does not count" in review["working"]
    times = stands["times"]
    assert datetime.fromisoformat(times["recorded_at"]) == local("2026-11-20T16:55")
    assert datetime.fromisoformat(times["received_at"]) == local("2026-11-21T09:00")
