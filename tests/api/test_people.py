"""Adding people who are supported."""

from __future__ import annotations

from typing import Any

import pytest

from tests.people import Provider


def nell(meadow: Provider, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Nell Ray",
        "known_as": "Nell",
        "service": str(meadow.services["north"]),
        "money_rule": "Cash tin in the kitchen. Sign together.",
        "money_limit": 2000,
    } | changes


@pytest.mark.parametrize("who", ["carol", "gwen", "hana"])
def test_those_who_run_the_service_add_people(meadow: Provider, who: str):
    added = meadow.phone(who).post("/api/people", nell(meadow))
    assert added.status_code == 201
    assert added.get_json().items() >= nell(meadow).items()
    assert "Nell" in {person["known_as"] for person in meadow.amina.home()["people"]}


@pytest.mark.parametrize("who", ["amina", "ben", "esther", "farah", "idris", "jo"])
def test_others_do_not(meadow: Provider, who: str):
    assert meadow.phone(who).post("/api/people", nell(meadow)).status_code == 403


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""},
        {"name": "   "},
        {"name": "x" * 121},
        {"name": "Nell\nRay"},
        {"name": None},
        {"known_as": 7},
        {"service": "north"},
        {"money_limit": -1},
        {"money_limit": 20.5},
        {"money_limit": "2000"},
        {"money_limit": True},
        {"money_limit": 10**12},
        {"provider_id": "6f1c1a52-8f0e-4a53-9a55-0b3e6c1d2f10"},
        {"id": "6f1c1a52-8f0e-4a53-9a55-0b3e6c1d2f10"},
    ],
    ids=str,
)
def test_a_fault_is_named(meadow: Provider, changes: dict[str, Any]):
    answer = meadow.carol.post("/api/people", nell(meadow, **changes))
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == list(changes)
