"""Who is on call and on shift: decided from now on, and never rewritten for the past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from tests.people import Provider

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def hours(number: float) -> str:
    return (NOW + timedelta(hours=number)).isoformat()


def slot(worker: str, rank: int, begin: float, until: float) -> dict[str, Any]:
    return {
        "rank": rank,
        "worker": worker,
        "number": "01632 960 011",
        "from": hours(begin),
        "until": hours(until),
    }


@pytest.fixture
def on_call(meadow: Provider) -> str:
    return f"/api/services/{meadow.services['north']}/on-call"


@pytest.fixture
def shifts(meadow: Provider) -> str:
    return f"/api/services/{meadow.services['north']}/shifts"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_a_roster_is_kept_and_shown_in_order(meadow: Provider, on_call: str):
    hana, idris = str(meadow.workers["hana"]), str(meadow.workers["idris"])
    slots = [slot(idris, 2, 0, 12), slot(hana, 1, 0, 12), slot(idris, 1, 12, 24)]
    kept = meadow.carol.put(on_call, slots)
    assert kept.status_code == 200
    shown = meadow.amina.get(on_call).get_json()
    assert shown == kept.get_json()
    assert [(each["rank"], each["worker"]) for each in shown] == [(1, hana), (2, idris), (1, idris)]
    assert [each["name"] for each in home_slots(meadow)] == ["Hana Suzuki", "Idris Cole"]


def home_slots(meadow: Provider) -> list[dict[str, Any]]:
    services = {service["name"]: service for service in meadow.amina.home()["services"]}
    slots: list[dict[str, Any]] = services["Meadow North"]["on_call"]
    return slots


def test_who_was_on_call_stays_so_whatever_is_decided_now(meadow: Provider, on_call: str, clock: Any):
    hana, idris = str(meadow.workers["hana"]), str(meadow.workers["idris"])
    meadow.hana.put(on_call, [slot(hana, 1, 0, 8), slot(hana, 1, 8, 16)])
    clock.move_to(NOW + timedelta(hours=10))
    meadow.carol.sign_in()
    shown = meadow.carol.put(on_call, [slot(idris, 1, 4, 20)]).get_json()
    assert [(each["worker"], each["from"][11:16], each["until"][11:16]) for each in shown] == [
        (hana, "09:00", "17:00"),
        (hana, "17:00", "19:00"),
        (idris, "19:00", "05:00"),
    ]


def test_a_slot_that_goes_on_keeps_its_beginning(meadow: Provider, on_call: str, clock: Any):
    hana = str(meadow.workers["hana"])
    meadow.hana.put(on_call, [slot(hana, 1, 0, 8)])
    clock.move_to(NOW + timedelta(hours=2))
    meadow.hana.sign_in()
    shown = meadow.hana.put(on_call, [slot(hana, 1, 0, 12) | {"number": "01632 960 099"}]).get_json()
    assert [(each["from"][11:16], each["until"][11:16], each["number"]) for each in shown] == [
        ("09:00", "21:00", "01632 960 099")
    ]


def test_two_people_are_not_on_call_at_one_rank_at_once(meadow: Provider, on_call: str):
    hana, idris = str(meadow.workers["hana"]), str(meadow.workers["idris"])
    answer = meadow.carol.put(on_call, [slot(hana, 1, 0, 12), slot(idris, 1, 11, 20)])
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["1.from"]
    assert meadow.carol.get(on_call).get_json() == []


@pytest.mark.parametrize("who", ["amina", "ben", "esther", "farah", "jo"])
def test_others_look_and_do_not_decide(meadow: Provider, on_call: str, shifts: str, who: str):
    for path in (on_call, shifts):
        assert meadow.phone(who).get(path).status_code == 200
        assert meadow.phone(who).put(path, []).status_code == 403


def test_whoever_does_not_work_here_is_on_no_roster(
    meadow: Provider, riverside: Provider, on_call: str, shifts: str
):
    dev = str(riverside.workers["dev"])
    assert meadow.carol.put(on_call, [slot(dev, 1, 0, 12)]).status_code == 422
    duty = {"from": hours(0), "until": hours(8), "workers": [dev]}
    assert meadow.carol.put(shifts, [duty]).status_code == 422


@pytest.mark.parametrize(
    "changes",
    [
        {"rank": 3},
        {"rank": "1"},
        {"rank": None},
        {"number": "call me"},
        {"worker": "hana"},
        {"from": "2026-11-24T09:00:00"},
        {"from": "morning"},
        {"until": hours(-1)},
        {"until": hours(0)},
        {"until": hours(24 * 40)},
        {"name": "Hana"},
    ],
    ids=str,
)
def test_a_fault_in_a_slot_is_named(meadow: Provider, on_call: str, changes: dict[str, Any]):
    answer = meadow.carol.put(on_call, [slot(str(meadow.workers["hana"]), 1, 0, 12) | changes])
    assert answer.status_code == 422
    assert f"0.{next(iter(changes))}" in answer.get_json()["errors"]


def test_a_roster_is_a_list_of_reasonable_length(meadow: Provider, on_call: str):
    hana = str(meadow.workers["hana"])
    assert meadow.carol.put(on_call, {"rank": 1}).status_code == 422
    many = [slot(hana, 1, number, number + 1) for number in range(501)]
    assert meadow.carol.put(on_call, many).status_code == 422


def test_shifts_keep_their_ids_and_the_past(meadow: Provider, shifts: str, clock: Any):
    amina, ben = str(meadow.workers["amina"]), str(meadow.workers["ben"])
    early, late = meadow.hana.put(
        shifts,
        [
            {"from": hours(0), "until": hours(8), "workers": [amina]},
            {"from": hours(8), "until": hours(16), "workers": [ben]},
        ],
    ).get_json()
    clock.move_to(NOW + timedelta(hours=2))
    meadow.hana.sign_in()
    changed = meadow.hana.put(shifts, [late | {"workers": [amina, ben, amina]}]).get_json()
    assert [duty["id"] for duty in changed] == [early["id"], late["id"]]
    assert changed[0]["until"] == (NOW + timedelta(hours=2)).isoformat()
    assert changed[1]["workers"] == [amina, ben]


def test_a_shift_of_another_service_is_not_taken_over(meadow: Provider, shifts: str):
    duty = {"from": hours(1), "until": hours(8), "workers": []}
    elsewhere = f"/api/services/{meadow.services['house']}/shifts"
    made = meadow.carol.put(elsewhere, [duty]).get_json()[0]
    assert meadow.carol.put(shifts, [made]).status_code == 422
    assert meadow.carol.get(elsewhere).get_json() == [made]
