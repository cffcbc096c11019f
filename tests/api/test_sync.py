"""Sending and fetching: what a phone sends is kept once, and everybody fetches what they may read and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.answers import concern, managed_inside, review, visit_note
from tests.people import Provider


def kinds(items: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [item for item in items if item["kind"] == kind]


def standing(items: list[dict[str, Any]], key: str) -> dict[str, Any]:
    return [item for item in items if item["kind"] == "standing" and item["thread"] == key][-1]


def test_what_amina_writes_reaches_ben(meadow: Provider):
    note = meadow.amina.write("visit-note", visit_note(meadow.people["grace"]), service=meadow.services["north"],
                              person=meadow.people["grace"])  # fmt: skip
    (outcome,) = meadow.amina.send(note)
    assert (outcome["outcome"], outcome["effect"], outcome["reason"]) == ("accepted", "counted", None)
    (entry,) = kinds(meadow.ben.fetch(), "entry")
    assert entry["key"] == note.key
    assert entry["answers"] == note.body["answers"]
    assert entry["author"] == {"id": meadow.amina.worker, "name": "Amina Yusuf"}


def test_the_same_batch_sent_five_times_is_stored_once(meadow: Provider):
    notes = [
        meadow.amina.write("visit-note", visit_note(meadow.people["grace"]), service=meadow.services["north"])
        for _ in range(3)
    ]
    first = meadow.amina.send(*notes)
    for _ in range(4):
        again = meadow.amina.send(*notes)
        assert [outcome["outcome"] for outcome in again] == ["repeated"] * 3
        assert [outcome["effect"] for outcome in again] == [outcome["effect"] for outcome in first]
    assert len(kinds(meadow.ben.fetch(), "entry")) == 3


def test_a_batch_that_holds_one_entry_twice_stores_it_once(meadow: Provider):
    note = meadow.amina.write(
        "visit-note", visit_note(meadow.people["grace"]), service=meadow.services["north"]
    )
    assert [outcome["outcome"] for outcome in meadow.amina.send(note, note)] == ["accepted", "repeated"]


def test_two_different_entries_under_one_number_are_both_kept(meadow: Provider):
    one = meadow.amina.write(
        "visit-note", visit_note(meadow.people["grace"]), service=meadow.services["north"]
    )
    other = meadow.amina.write(
        "visit-note", visit_note(meadow.people["harold"]), service=meadow.services["north"], id=str(one.id)
    )
    meadow.amina.send(one)
    (outcome,) = meadow.amina.send(other)
    assert (outcome["outcome"], outcome["reason"]) == ("quarantined", "same_id_other_content")
    held = [
        item for item in meadow.esther.fetch() if item["kind"] == "entry" and item["form"] == "quarantine"
    ]
    assert held[0]["answers"]["answers"] == other.body["answers"]


def test_a_fetch_goes_on_where_the_last_one_stopped(meadow: Provider):
    for _ in range(5):
        meadow.amina.send(
            meadow.amina.write(
                "visit-note", visit_note(meadow.people["grace"]), service=meadow.services["north"]
            )
        )
    assert len(kinds(meadow.ben.fetch(limit=2), "entry")) == 5
    assert meadow.ben.fetch() == []


def test_another_provider_fetches_nothing_of_it(meadow: Provider, riverside: Provider):
    meadow.amina.send(
        meadow.amina.write("concern", concern(meadow.people["grace"]), service=meadow.services["north"])
    )
    assert riverside.dev.fetch() == []
    assert riverside.rita.fetch() == []


def test_a_cursor_of_somebody_else_is_refused(meadow: Provider):
    meadow.ben.fetch()
    meadow.amina.cursor = meadow.ben.cursor
    answer = meadow.amina.get("/api/sync/fetch", query_string={"cursor": meadow.ben.cursor})
    assert answer.status_code in (400, 422)
    assert "Fetch from the beginning" in answer.get_json()["message"]


def test_a_concern_is_acknowledged_and_decided_and_its_writer_hears(meadow: Provider):
    written = meadow.amina.write(
        "concern",
        concern(meadow.people["grace"]),
        service=meadow.services["north"],
        person=meadow.people["grace"],
    )
    meadow.amina.send(written)
    seen = meadow.hana.write(
        "acknowledgement", {"how": "self"}, service=meadow.services["north"], about=written.key
    )
    assert meadow.hana.send(seen)[0]["effect"] == "counted"
    assert standing(meadow.amina.fetch(), written.key)["seen_by"]["name"] == "Hana Suzuki"
    decision = meadow.carol.write(
        "review", managed_inside(meadow.workers["carol"]), service=meadow.services["north"], about=written.key
    )
    assert meadow.carol.send(decision)[0]["effect"] == "counted"
    items = meadow.amina.fetch()
    stands = standing(items, written.key)
    assert stands["state"] == "managed_inside"
    assert stands["decided"]["name"] == "Carol Hughes"
    assert stands["decided"]["words"] == "Your managers are dealing with it and have a plan."
    # The reasons stay with those who may read the review.
    assert not [item for item in kinds(items, "entry") if item["form"] == "review"]


def test_of_two_reviews_the_earliest_counts_whichever_came_first(meadow: Provider):
    now = datetime.now(UTC)
    written = meadow.amina.write(
        "concern",
        concern(meadow.people["grace"]),
        service=meadow.services["north"],
        at=now - timedelta(hours=2),
    )
    meadow.amina.send(written)
    earlier = meadow.carol.write(
        "review", review("refer_to_council"), service=meadow.services["north"], about=written.key,
        at=now - timedelta(minutes=30),
    )  # fmt: skip
    later = meadow.gwen.write(
        "review", review("no_further_action"), service=meadow.services["north"], about=written.key,
        at=now - timedelta(minutes=5),
    )  # fmt: skip
    assert meadow.gwen.send(later)[0]["effect"] == "counted"
    assert meadow.carol.send(earlier)[0]["effect"] == "counted"
    items = meadow.gwen.fetch()
    assert standing(items, written.key)["state"] == "referred"
    (gwens,) = [item for item in kinds(items, "entry") if item["key"] == later.key]
    assert (gwens["effect"], gwens["reason"]) == ("none", "already_decided")
    assert gwens["words"] == "Somebody had already decided. Yours is kept beside it."


def test_a_decision_that_may_not_be_is_kept_without_effect(meadow: Provider):
    written = meadow.amina.write("concern", concern(meadow.people["grace"]), service=meadow.services["north"])
    meadow.amina.send(written)
    by_ben = meadow.ben.write(
        "review", managed_inside(meadow.workers["carol"]), service=meadow.services["north"], about=written.key
    )
    (outcome,) = meadow.ben.send(by_ben)
    assert (outcome["outcome"], outcome["effect"], outcome["reason"]) == ("accepted", "none", "not_allowed")
    assert outcome["words"].startswith("Your role here does not decide this.")
    assert standing(meadow.amina.fetch(), written.key)["state"] == "recorded"


def test_an_answer_that_comes_before_its_question_counts_when_that_comes(meadow: Provider):
    written = meadow.amina.write("concern", concern(meadow.people["grace"]), service=meadow.services["north"])
    seen = meadow.hana.write(
        "acknowledgement", {"how": "self"}, service=meadow.services["north"], about=written.key
    )
    (outcome,) = meadow.hana.send(seen)
    assert (outcome["effect"], outcome["reason"]) == ("none", "waiting")
    meadow.amina.send(written)
    assert standing(meadow.amina.fetch(), written.key)["state"] == "acknowledged"


def test_the_third_low_concern_in_28_days_turns_amber(meadow: Provider):
    written = []
    for days in (20, 10, 0):
        at = datetime.now(UTC) - timedelta(days=days)
        each = meadow.amina.write(
            "concern", concern(meadow.people["grace"]), service=meadow.services["north"],
            person=meadow.people["grace"], at=at,
        )  # fmt: skip
        meadow.amina.send(each)
        written.append(each)
    items = meadow.carol.fetch()
    assert [standing(items, each.key)["severity"] for each in written] == ["low", "low", "amber"]
    assert "R-14" in [why["rule"] for why in standing(items, written[2].key)["why"]]


def test_an_older_concern_that_comes_late_turns_a_later_one_amber(meadow: Provider):
    now = datetime.now(UTC)
    late, second, third = (
        meadow.amina.write(
            "concern", concern(meadow.people["grace"]), service=meadow.services["north"],
            person=meadow.people["grace"], at=now - timedelta(days=days),
        )
        for days in (12, 6, 1)
    )  # fmt: skip
    meadow.amina.send(second, third)
    assert standing(meadow.carol.fetch(), third.key)["severity"] == "low"
    meadow.amina.send(late)
    assert standing(meadow.carol.fetch(), third.key)["severity"] == "amber"


def test_a_concern_about_a_manager_is_open_to_the_leads_alone(meadow: Provider):
    answers = concern(meadow.people["grace"], who_caused="a_manager", who_name="Carol")
    written = meadow.amina.write(
        "concern", answers, service=meadow.services["north"], person=meadow.people["grace"]
    )
    meadow.amina.send(written)
    for reader in (meadow.esther, meadow.farah):
        assert [item["key"] for item in kinds(reader.fetch(), "entry")] == [written.key]
    for stranger in (meadow.carol, meadow.gwen, meadow.ben, meadow.hana, meadow.jo):
        assert stranger.fetch() == []
    assert standing(meadow.amina.fetch(), written.key)["restricted"]


def test_a_concern_that_names_the_safeguarding_lead_goes_round_her(meadow: Provider):
    answers = concern(meadow.people["grace"], who_caused="our_staff", who_worker=[meadow.esther.worker])
    meadow.amina.send(meadow.amina.write("concern", answers, service=meadow.services["north"]))
    assert meadow.esther.fetch() == []
    assert len(kinds(meadow.farah.fetch(), "entry")) == 1


def test_a_correction_that_names_staff_takes_the_thread_away_from_who_had_it(meadow: Provider):
    written = meadow.amina.write("concern", concern(meadow.people["grace"]), service=meadow.services["north"])
    meadow.amina.send(written)
    assert len(kinds(meadow.carol.fetch(), "entry")) == 1
    answers = concern(meadow.people["grace"], who_caused="our_staff", who_name="Carol")
    meadow.amina.send(
        meadow.amina.write("concern", answers, service=meadow.services["north"], replaces=written.key)
    )
    assert meadow.carol.fetch() == [{"kind": "forget", "thread": written.key}]
    assert len(kinds(meadow.esther.fetch(), "entry")) == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"form": "no-such-form"}, "unknown_form"),
        ({"version": 9}, "unknown_form"),
        ({"service": str(uuid4())}, "unknown_service"),
        ({"answers": {"note": "Only this."}}, "bad_answers"),
        ({"recorded_at": "yesterday"}, "unreadable"),
        ({"id": str(uuid4()), "lang": None}, "unreadable"),
    ],
)
def test_what_cannot_be_accepted_is_kept_whole_and_somebody_is_asked(meadow: Provider, changes, reason):
    said = {
        "form": "visit-note",
        "answers": visit_note(meadow.people["grace"]),
        "service": meadow.services["north"],
    } | changes
    written = meadow.amina.write(**said)
    good = meadow.amina.write(
        "visit-note", visit_note(meadow.people["grace"]), service=meadow.services["north"]
    )
    held, kept = meadow.amina.send(written, good)
    assert (held["outcome"], held["reason"], kept["outcome"]) == ("quarantined", reason, "accepted")
    assert held["words"].endswith(("read what you wrote.", "has been told."))
    entries = [item for item in kinds(meadow.esther.fetch(), "entry") if item["form"] == "quarantine"]
    assert len(entries) == 1
    assert meadow.amina.send(written) == [held]
    assert len([item for item in meadow.esther.fetch() if item["kind"] == "entry"]) == 0


def test_a_quarantined_concern_that_says_danger_is_red(meadow: Provider):
    written = meadow.amina.write(
        "concern", {"danger_now": "yes", "nonsense": 1}, service=meadow.services["north"]
    )
    meadow.amina.send(written)
    (stands,) = kinds(meadow.esther.fetch(), "standing")
    assert (stands["form"], stands["severity"], stands["restricted"]) == ("quarantine", "red", True)
    assert stands["why"][0]["words"].startswith("An entry came in with an error.")


def test_a_tampered_item_is_held_and_its_neighbours_are_kept(meadow: Provider):
    bad, good = (
        meadow.amina.write("visit-note", visit_note(meadow.people["grace"]), service=meadow.services["north"])
        for _ in range(2)
    )
    bad.item["signature"] = good.item["signature"]
    outcomes = meadow.amina.send(bad, good)
    assert [(o["outcome"], o["reason"]) for o in outcomes] == [
        ("quarantined", "bad_signature"),
        ("accepted", None),
    ]


def test_a_phone_three_hours_fast_is_corrected_and_says_so(meadow: Provider):
    fast = datetime.now(UTC) + timedelta(hours=3)
    written = meadow.amina.write(
        "visit-note", visit_note(meadow.people["grace"]), service=meadow.services["north"],
        at=fast - timedelta(minutes=10),
    )  # fmt: skip
    meadow.amina.send(written, sent_at=fast)
    (entry,) = kinds(meadow.ben.fetch(), "entry")
    off_by = datetime.now(UTC) - timedelta(minutes=10) - datetime.fromisoformat(entry["recorded_at"])
    assert abs(off_by) < timedelta(seconds=30)
    assert abs(entry["clock_skew_ms"] + 3 * 3600 * 1000) < 30_000


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"sent_at": "2026-11-20T10:00:00", "unsent": 0, "items": []},
        {"sent_at": "2026-11-20T10:00:00+00:00", "unsent": -1, "items": [{}]},
        {"sent_at": "2026-11-20T10:00:00+00:00", "unsent": 0, "items": [{"id": "x"}]},
        {"sent_at": "2026-11-20T10:00:00+00:00", "unsent": 0, "items": "all of them"},
        {"sent_at": "2026-11-20T10:00:00+00:00", "unsent": 0, "items": [], "extra": 1},
        ["a list"],
    ],
)
def test_a_batch_that_is_no_batch_gets_a_clear_refusal(meadow: Provider, said):
    answer = meadow.amina.post("/api/sync/send", said)
    assert answer.status_code == 422
    assert answer.get_json()["message"]
