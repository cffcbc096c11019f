"""When a session was copied: its owner is told on their other phones, and whoever looks after them."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tests.api.test_session import cookie_of, show
from tests.people import Phone, Provider


def notices(phone: Phone) -> list[Any]:
    return [item for item in phone.fetch() if item["kind"] == "notice"]


def copy_and_use(app: Flask, phone: Phone) -> None:
    """Somebody copies the cookie, and shows it after the rightful phone has gone on."""
    phone.sign_in()
    copied = cookie_of(phone)
    phone.refresh()
    phone.refresh()
    assert show(app.test_client(), copied)[0] == 401


def test_the_owner_and_the_managers_are_told_once(app: Flask, meadow: Provider):
    tablet = Phone(app, "amina@meadow")
    tablet.sign_in()
    copy_and_use(app, meadow.amina)
    [told] = notices(tablet)
    assert told["words"].startswith("Somebody may have copied a session of yours")
    for manager in ("carol", "gwen"):
        [told] = notices(meadow.phone(manager))
        assert "Amina Yusuf" in told["words"]
    for other in ("ben", "farah", "esther", "hana"):
        assert notices(meadow.phone(other)) == []


def test_a_manager_s_own_is_told_to_the_others(app: Flask, meadow: Provider):
    copy_and_use(app, meadow.carol)
    assert len(notices(meadow.gwen)) == 1
    meadow.carol.sign_in()
    [told] = notices(meadow.carol)
    assert told["words"].startswith("Somebody may have copied a session of yours")


def test_where_there_is_no_other_manager_the_nominated_individual_is_told(app: Flask, riverside: Provider):
    copy_and_use(app, riverside.rita)
    # Riverside has nobody else, so Rita alone is told, and nothing fails by it.
    riverside.rita.sign_in()
    assert len(notices(riverside.rita)) == 1
