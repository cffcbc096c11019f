"""The server is lost and comes back from an older backup: phones offer again what they hold, and nothing is missing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from tests import people
from tests.answers import concern, managed_inside
from tests.backup.house import House, note, picture
from tests.people import Phone, Provider, Written


class Keeper:
    """What a phone keeps of what it sent: each entry under the receipt that came for it."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.kept: dict[str, list[Written]] = {}

    def send(self, *entries: Written) -> list[dict[str, Any]]:
        said = {
            "sent_at": datetime.now(UTC).isoformat(),
            "unsent": len(entries),
            "items": [entry.item for entry in entries],
        }
        answer = self.phone.post("/api/sync/send", said)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        sent = answer.get_json()
        self.kept.setdefault(sent["receipt"], []).extend(entries)
        outcomes: list[dict[str, Any]] = sent["outcomes"]
        return outcomes

    def let_go_and_offer_again(self) -> list[dict[str, Any]]:
        """Ask what became of everything; answers what the server says to what it is offered again."""
        judged = self.phone.post("/api/sync/receipts", {"receipts": list(self.kept)}).get_json()
        for receipt in judged["safe"]:
            del self.kept[receipt]
        again = [entry for receipt in judged["again"] for entry in self.kept.pop(receipt)]
        return self.send(*again) if again else []


def serve(app: Flask, meadow: Provider) -> None:
    """Everybody's phone speaks to this server from here on."""
    meadow.app = app
    for phone in meadow.phones.values():
        phone.client = app.test_client()


def entries(phone: Phone) -> dict[str, dict[str, Any]]:
    """Every entry that is new to this phone, by key, without when and on which send the server received it."""
    found = {item["key"]: item for item in phone.fetch() if item["kind"] == "entry"}
    for item in found.values():
        del item["received_at"], item["clock_skew_ms"]
    return found


def test_what_was_sent_after_the_backup_comes_back_from_the_phone(house: House, tmp_path: Path):
    place = str(tmp_path / "backup")
    with house.serving() as app:
        meadow = people.meadow(app)
        keeper = Keeper(meadow.amina)
        written = [note(meadow, meadow.amina) for _ in range(5)]
        keeper.send(*written[:2])
        before_backup = entries(meadow.ben)
    house.run("backup", place)
    with house.serving() as app:
        serve(app, meadow)
        assert keeper.let_go_and_offer_again() == []
        assert keeper.kept == {}, "a verified backup has the first two"
        keeper.send(written[2])
        keeper.send(*written[3:])
        before = before_backup | entries(meadow.ben)
        assert before.keys() == {entry.key for entry in written}
    house.run("restore", place)
    with house.serving() as app:
        serve(app, meadow)
        assert house.ask("SELECT count(*) FROM entry") == 2
        outcomes = keeper.let_go_and_offer_again()
        assert [outcome["outcome"] for outcome in outcomes] == ["accepted"] * 3
        assert keeper.let_go_and_offer_again() == [], "offered once"
        assert entries(meadow.ben) == before, (
            "with its cursor of before, and with the same author, ids and times"
        )
        assert [outcome["outcome"] for outcome in keeper.send(*written)] == ["repeated"] * 5
        assert house.ask("SELECT count(*) FROM entry") == 5
    house.run("backup", str(tmp_path / "another"))


def test_a_decision_and_who_had_seen_it_are_sane_after_a_restore(house: House, tmp_path: Path):
    place = str(tmp_path / "backup")
    with house.serving() as app:
        meadow = people.meadow(app)
        worker, manager = Keeper(meadow.amina), Keeper(meadow.carol)
        grace = meadow.people["grace"]
        worry = meadow.amina.write("concern", concern(grace), service=meadow.services["north"], person=grace)
        assert meadow.carol.welcome
        house.run("backup", place)
        worker.send(worry)
        decision = meadow.carol.write(
            "review",
            managed_inside(meadow.workers["ben"]),
            service=meadow.services["north"],
            person=grace,
            about=worry.key,
        )
        manager.send(decision)
        before = standing(meadow.amina, worry)
        assert before["decided"]
    house.run("restore", place)
    with house.serving() as app:
        serve(app, meadow)
        # The manager's phone is the first to be opened again: the answer comes before its question.
        assert manager.let_go_and_offer_again()[0]["effect"] == "none"
        assert worker.let_go_and_offer_again()[0]["effect"] == "counted"
        after = standing(meadow.amina, worry)
        assert after["state"] == before["state"]
        assert after["decided"]["name"] == before["decided"]["name"]
        assert after["decided"]["decision"] == before["decided"]["decision"]
        assert after["seen_by"]["name"] == before["seen_by"]["name"]
        for time in ("observed_at", "recorded_at"):
            assert after["times"][time] == before["times"][time]


def test_a_photo_comes_back_from_the_phone_too(house: House, tmp_path: Path):
    with house.serving() as app:
        meadow = people.meadow(app)
        keeper = Keeper(meadow.amina)
        assert meadow.amina.welcome
        house.run("backup", str(tmp_path / "backup"))
        photo = picture(10)
        entry = note(meadow, meadow.amina, photo)
        keeper.send(entry)
        receipt = meadow.amina.send_photo(entry, photo).get_json()["receipt"]
    house.run("restore", str(tmp_path / "backup"))
    with house.serving() as app:
        serve(app, meadow)
        judged = meadow.amina.post("/api/sync/receipts", {"receipts": [receipt]}).get_json()
        assert judged["again"] == [receipt]
        keeper.let_go_and_offer_again()
        assert meadow.amina.send_photo(entry, photo).get_json()["outcome"] == "accepted"
        [item] = [item for item in meadow.ben.fetch() if item["kind"] == "entry"]
        assert [each["here"] for each in item["photos"]] == [True]


def test_what_was_taken_away_is_still_forgotten_by_a_phone_of_before_the_restore(
    house: House, tmp_path: Path
):
    place = str(tmp_path / "backup")
    with house.serving() as app:
        meadow = people.meadow(app)
        keeper = Keeper(meadow.amina)
        grace, north = meadow.people["grace"], meadow.services["north"]
        assert meadow.amina.welcome
        assert meadow.carol.welcome
        house.run("backup", place)
        worry = meadow.amina.write("concern", concern(grace), service=north, person=grace)
        keeper.send(worry)
        assert {item["thread"] for item in meadow.carol.fetch() if item["kind"] == "standing"} == {worry.key}
    house.run("restore", place)
    with house.serving() as app:
        serve(app, meadow)
        keeper.let_go_and_offer_again()
        named = concern(grace, who_caused="our_staff", who_name="Carol")
        keeper.send(meadow.amina.write("concern", named, service=north, person=grace, replaces=worry.key))
        told = meadow.carol.fetch()
        assert {"kind": "forget", "thread": worry.key} in told
        assert not [item for item in told if item["kind"] == "entry"]
        assert not [item for item in meadow.gwen.fetch() if item["kind"] == "forget"], (
            "a new phone never had it"
        )


def test_many_restores_leave_nobody_behind(house: House, tmp_path: Path):
    """A cursor of two epochs ago begins anew as well."""
    place = str(tmp_path / "backup")
    with house.serving() as app:
        meadow = people.meadow(app)
        keeper = Keeper(meadow.amina)
        keeper.send(note(meadow, meadow.amina))
        before = entries(meadow.ben)
    house.run("backup", place)
    for _ in range(2):
        house.run("restore", place)
    with house.serving() as app:
        serve(app, meadow)
        assert entries(meadow.ben) == before
        assert entries(meadow.ben) == {}


def standing(phone: Phone, thread: Written) -> dict[str, Any]:
    """How a thread stands, as this phone fetches it now from the beginning."""
    phone.cursor = None
    found: list[dict[str, Any]] = [item for item in phone.fetch() if item["kind"] == "standing"]
    return next(item for item in found if item["thread"] == thread.key)
