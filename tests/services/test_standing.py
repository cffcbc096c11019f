"""What the rules make of receipts, notes and handovers, through the same road that phones use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from PIL import Image

from server.extensions import work_for
from server.services import rebuild
from tests.answers import concern, handover, managed_inside, receipt, visit_note
from tests.people import Provider, Written


def send_receipt(meadow: Provider, minutes_ago: int, **changes: Any) -> Written:
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    answers = receipt(meadow.people["grace"], when=at.isoformat(), **changes)
    north, grace = meadow.services["north"], meadow.people["grace"]
    written = meadow.amina.write("transaction-receipt", answers, service=north, person=grace, at=at)
    (outcome,) = meadow.amina.send(written)
    assert outcome["outcome"] == "accepted", outcome
    return written


def standing(meadow: Provider, written: Written) -> dict[str, Any]:
    items = meadow.ben.fetch()
    return [each for each in items if each["kind"] == "standing" and each["thread"] == written.key][-1]


def rules_of(stands: dict[str, Any]) -> list[str]:
    return [flag["rule"] for flag in stands["flags"]]


def test_a_receipt_that_adds_up_has_no_flag(meadow: Provider):
    spent = send_receipt(meadow, 5, amount=735, start_count=2000, end_count=1265)
    stands = standing(meadow, spent)
    assert (stands["balance"], rules_of(stands)) == (1265, [])


def test_nine_pence_missing_is_flagged_and_accuses_nobody(meadow: Provider):
    spent = send_receipt(meadow, 5, amount=735, start_count=2000, end_count=1256)
    (flag,) = standing(meadow, spent)["flags"]
    assert flag == {"rule": "F3", "words": "Please check: counted £12.56, expected £12.65."}


def test_two_phones_that_both_counted_from_twenty_pounds_end_with_one_balance(meadow: Provider):
    later = send_receipt(meadow, 5, amount=300, start_count=2000, end_count=1700)
    earlier = send_receipt(meadow, 20, amount=500, start_count=2000, end_count=1500)
    items = meadow.ben.fetch()
    last = {each["thread"]: each for each in items if each["kind"] == "standing"}
    assert last[earlier.key]["balance"] == 1500
    assert last[later.key]["balance"] == 1200
    words = [flag["words"] for flag in last[later.key]["flags"]]
    assert "Please check: counted £17.00, expected £12.00." in words


def test_a_second_missing_receipt_and_staff_money_are_flagged(meadow: Provider):
    send_receipt(meadow, 30, receipt="lost", amount=735, start_count=2000, end_count=1265)
    second = send_receipt(
        meadow, 5, receipt="shop_gave_none", paid_by="own_money", consent="not_sure", amount=4000
    )
    stands = standing(meadow, second)
    assert {"F1", "F2", "F4", "F5", "F6"} <= set(rules_of(stands))
    assert stands["severity"] == "amber"


def test_a_receipt_is_checked_by_somebody_else(meadow: Provider):
    spent = send_receipt(meadow, 5, amount=735, start_count=2000, end_count=1265)
    answers = {"of": "transaction-receipt", "decision": "approve", "reason": "Matches the till slip."}
    check = meadow.ben.write("review", answers, service=meadow.services["north"], about=spent.key)
    assert meadow.ben.send(check)[0]["effect"] == "counted"
    own = meadow.amina.write("review", answers, service=meadow.services["north"], about=spent.key)
    assert meadow.amina.send(own)[0]["reason"] == "checked_by_recorder"
    assert standing(meadow, spent)["state"] == "approved"


def test_a_photo_of_a_receipt_arrives_after_it_and_is_made_anew(meadow: Provider):
    picture = BytesIO()
    Image.new("RGB", (40, 30), "white").save(picture, "JPEG", comment=b"taken at home", quality=90)
    photo = picture.getvalue()
    written = meadow.amina.write(
        "transaction-receipt", receipt(meadow.people["grace"]), service=meadow.services["north"],
        person=meadow.people["grace"], photos=[photo],
    )  # fmt: skip
    meadow.amina.send(written)
    (entry,) = [each for each in meadow.ben.fetch() if each["kind"] == "entry"]
    assert entry["photos"][0]["here"] is False
    for outcome in ("accepted", "repeated"):
        assert meadow.amina.send_photo(written, photo).get_json()["outcome"] == outcome
    (entry,) = [each for each in meadow.ben.fetch() if each["kind"] == "entry"]
    assert entry["photos"][0]["here"] is True
    path = f"/api/photo/{written.key.replace('.', '/')}/{entry['photos'][0]['hash']}"
    shown = meadow.ben.get(path)
    assert shown.status_code == 200
    assert b"taken at home" not in shown.data
    assert Image.open(BytesIO(shown.data)).size == (40, 30)
    assert meadow.jo.get(path).status_code == 404


def test_a_photo_that_is_none_is_held_and_not_lost(meadow: Provider):
    photo = b"<script>alert(1)</script>"
    written = meadow.amina.write(
        "transaction-receipt",
        receipt(meadow.people["grace"]),
        service=meadow.services["north"],
        photos=[photo],
    )
    meadow.amina.send(written)
    assert meadow.amina.send_photo(written, photo).get_json()["outcome"] == "quarantined"


def test_a_visit_note_that_worried_its_writer_is_reviewed_by_the_next_working_day(meadow: Provider):
    answers = visit_note(meadow.people["grace"], worried="not_sure", told="nobody_yet")
    written = meadow.amina.write("visit-note", answers, service=meadow.services["north"])
    (outcome,) = meadow.amina.send(written)
    assert outcome["outcome"] == "accepted", outcome
    stands = standing(meadow, written)
    assert stands["severity"] == "low"
    assert [deadline["rule"] for deadline in stands["deadlines"]] == ["review"]


def test_a_handover_is_complete_when_its_own_readers_have_read_it(meadow: Provider):
    readers = [meadow.workers["ben"], meadow.workers["gwen"]]
    written = meadow.amina.write(
        "handover", handover(meadow.people["grace"], readers), service=meadow.services["north"]
    )
    (outcome,) = meadow.amina.send(written)
    assert outcome["outcome"] == "accepted", outcome
    assert standing(meadow, written)["state"] == "sent"
    for reader, effect in ((meadow.ben, "counted"), (meadow.hana, "none"), (meadow.gwen, "counted")):
        read = reader.write(
            "acknowledgement", {"how": "self"}, service=meadow.services["north"], about=written.key
        )
        assert reader.send(read)[0]["effect"] == effect
    stands = standing(meadow, written)
    assert stands["state"] == "complete"
    assert [each["name"] for each in stands["readers"]] == ["Ben Okafor", "Gwen Pritchard"]


def test_rebuilding_finds_nothing_to_mend_after_all_of_it(meadow: Provider, app: Flask):
    north, grace = meadow.services["north"], meadow.people["grace"]
    for days in (21, 14, 7, 1):
        at = datetime.now(UTC) - timedelta(days=days)
        answers = concern(grace, before="yes" if days == 7 else "no")
        written = meadow.amina.write("concern", answers, service=north, person=grace, at=at)
        meadow.amina.send(written)
        if days > 10:
            decided = managed_inside(meadow.workers["carol"])
            meadow.carol.send(meadow.carol.write("review", decided, service=north, about=written.key))
    send_receipt(meadow, 40, amount=735, start_count=2000, end_count=1265)
    send_receipt(meadow, 20, receipt="lost", amount=100, start_count=1265, end_count=1100)
    meadow.amina.send(meadow.amina.write("concern", {"nonsense": 1}, service=north))
    with app.app_context():
        work_for(meadow.id)
        assert rebuild.differences(app.extensions["rules"]) == []
