"""Several phones at the same moment: nothing is lost, doubled or overlooked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event
from typing import Any

from flask import Flask

from server.extensions import work_for
from server.services import rebuild
from tests.answers import concern, visit_note
from tests.people import Phone, Provider, Written


def send_together(sending: list[tuple[Phone, list[Written]]]) -> list[list[dict[str, Any]]]:
    """Every phone sends its entries at the same moment."""
    start = Barrier(len(sending))

    def send(phone: Phone, entries: list[Written]) -> list[dict[str, Any]]:
        start.wait()
        return phone.send(*entries)

    with ThreadPoolExecutor(len(sending)) as pool:
        return [done.result() for done in [pool.submit(send, *each) for each in sending]]


def test_two_phones_send_at_once_and_the_third_low_concern_still_turns_amber(meadow: Provider, app: Flask):
    north, grace = meadow.services["north"], meadow.people["grace"]
    now = datetime.now(UTC)
    phones = [meadow.amina, meadow.hana]
    for round_ in range(4):
        # Each round is about a month of its own.
        end = now - timedelta(days=60 * round_)
        first, second, third = (
            phone.write("concern", concern(grace), service=north, person=grace, at=end - timedelta(days=days))
            for phone, days in ((meadow.amina, 20), (meadow.amina, 10), (meadow.hana, 1))
        )
        meadow.amina.send(first)
        send_together([(phones[0], [second]), (phones[1], [third])])
        items = meadow.carol.fetch()
        last = {item["thread"]: item for item in items if item["kind"] == "standing"}
        assert [last[each.key]["severity"] for each in (first, second, third)] == ["low", "low", "amber"]
    with app.app_context():
        work_for(meadow.id)
        assert rebuild.differences(app.extensions["rules"]) == []


def test_six_phones_race_with_the_same_entries_and_each_is_stored_once(meadow: Provider):
    north, grace = meadow.services["north"], meadow.people["grace"]
    notes = [meadow.amina.write("visit-note", visit_note(grace), service=north) for _ in range(20)]
    senders = [meadow.phone(name) for name in ("amina", "ben", "carol", "gwen", "hana", "idris")]
    answers = send_together([(sender, notes) for sender in senders])
    for place in range(len(notes)):
        outcomes = sorted(answer[place]["outcome"] for answer in answers)
        assert outcomes == ["accepted", *["repeated"] * 5]
        assert {answer[place]["effect"] for answer in answers} == {"counted"}
    entries = [item for item in meadow.ben.fetch() if item["kind"] == "entry"]
    assert sorted(entry["key"] for entry in entries) == sorted(note.key for note in notes)


def test_a_reader_misses_nothing_while_others_write(meadow: Provider):
    north, grace = meadow.services["north"], meadow.people["grace"]
    writers = [meadow.phone(name) for name in ("amina", "hana", "idris", "gwen")]
    written = {
        writer.worker: [writer.write("visit-note", visit_note(grace), service=north) for _ in range(40)]
        for writer in writers
    }
    ended = Event()
    read: list[str] = []

    def follow() -> None:
        while True:
            last_round = ended.is_set()
            read.extend(item["key"] for item in meadow.carol.fetch(limit=7) if item["kind"] == "entry")
            if last_round:
                return

    assert meadow.carol.worker
    with ThreadPoolExecutor(5) as pool:
        reader = pool.submit(follow)
        sending = [pool.submit(_send_by_fours, writer, written[writer.worker]) for writer in writers]
        for each in sending:
            each.result()
        ended.set()
        reader.result()
    everything = [each.key for entries in written.values() for each in entries]
    assert sorted(read) == sorted(everything)


def _send_by_fours(phone: Phone, entries: list[Written]) -> None:
    for place in range(0, len(entries), 4):
        phone.send(*entries[place : place + 4])
