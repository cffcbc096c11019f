"""Whoever runs a service sees which phones are in touch and what they still hold; the others do not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.people import Phone, Provider


def said(**changes: Any) -> dict[str, Any]:
    """A phone on which all is well."""
    return {
        "unsent": 0,
        "oldest_unsent_at": None,
        "app_version": "0.1.0",
        "storage_kept": True,
        "alerts": "on",
    } | changes


def shown(to: Phone, provider: Provider, service: str = "north") -> list[dict[str, Any]]:
    answer = to.get(f"/api/services/{provider.services[service]}/devices")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    devices: list[dict[str, Any]] = answer.get_json()
    return devices


def users(device: dict[str, Any]) -> list[str]:
    return [worker["name"] for worker in device["workers"]]


def test_a_manager_sees_what_aminas_phone_last_said(meadow: Provider) -> None:
    oldest = datetime.now(UTC) - timedelta(minutes=40)
    report = said(unsent=3, oldest_unsent_at=oldest.isoformat(), storage_kept=False, alerts="off")
    assert meadow.amina.put("/api/devices/mine", report).status_code == 204
    [first] = [each for each in shown(meadow.carol, meadow) if users(each) == ["Amina Yusuf"]]
    assert (first["unsent"], first["app_version"], first["alerts"]) == (3, "0.1.0", "off")
    assert datetime.fromisoformat(first["oldest_unsent_at"]) == oldest
    assert [worry["rule"] for worry in first["worries"]] == ["stuck", "may_lose", "no_alerts"]
    assert all(worry["words"].endswith(".") for worry in first["worries"])


def test_the_last_word_takes_the_place_of_the_one_before(meadow: Provider) -> None:
    meadow.amina.put("/api/devices/mine", said(unsent=3))
    meadow.amina.put("/api/devices/mine", said())
    [mine] = [each for each in shown(meadow.hana, meadow) if users(each) == ["Amina Yusuf"]]
    assert mine["unsent"] == 0
    assert mine["last_seen_at"] is not None


def test_a_phone_that_was_cleared_hears_its_own_last_word_and_nobody_elses(meadow: Provider) -> None:
    meadow.amina.put("/api/devices/mine", said(unsent=3))
    meadow.carol.put("/api/devices/mine", said(unsent=8))
    last = meadow.amina.get("/api/devices/mine").get_json()
    assert last["unsent"] == 3
    assert datetime.now(UTC) - datetime.fromisoformat(last["last_seen_at"]) < timedelta(minutes=1)
    assert meadow.ben.get("/api/devices/mine").get_json()["unsent"] == 0


def test_a_phone_that_was_cleared_is_looked_for_although_its_worker_signed_in_anew(meadow: Provider) -> None:
    meadow.amina.put("/api/devices/mine", said(unsent=3))
    meadow.amina.sign_in(device={"id": None, "name": "The same phone"})
    mine = [each for each in shown(meadow.carol, meadow) if users(each) == ["Amina Yusuf"]]
    assert sorted(each["unsent"] for each in mine) == [0, 3]


def test_devices_with_worries_come_first(meadow: Provider) -> None:
    meadow.carol.put("/api/devices/mine", said())
    meadow.amina.put("/api/devices/mine", said(storage_kept=False))
    assert users(shown(meadow.carol, meadow)[0]) == ["Amina Yusuf"]


@pytest.mark.parametrize("own_name", ["amina", "ben", "idris", "jo", "esther"])
def test_others_do_not_see_them(meadow: Provider, own_name: str) -> None:
    answer = meadow.phone(own_name).get(f"/api/services/{meadow.services['north']}/devices")
    assert answer.status_code == 403


def test_another_provider_finds_no_such_service(meadow: Provider, riverside: Provider) -> None:
    assert riverside.rita.get(f"/api/services/{meadow.services['north']}/devices").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"unsent": -1},
        {"unsent": 1.5},
        {"unsent": None},
        {"alerts": "loud"},
        {"storage_kept": "yes"},
        {"oldest_unsent_at": "2026-11-20T10:00:00"},
        {"app_version": ""},
        {"more": 1},
    ],
    ids=str,
)
def test_a_report_that_makes_no_sense_is_refused_and_changes_nothing(
    meadow: Provider, wrong: dict[str, Any]
) -> None:
    meadow.amina.put("/api/devices/mine", said(unsent=2))
    assert meadow.amina.put("/api/devices/mine", said(**wrong)).status_code == 422
    [mine] = [each for each in shown(meadow.carol, meadow) if users(each) == ["Amina Yusuf"]]
    assert mine["unsent"] == 2
