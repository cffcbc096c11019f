"""A phone may let go of its copy of what it sent only when its receipt is in a verified backup."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
from flask import Flask

from server.backup.epoch import declare_new_epoch
from server.backup.manifest import Manifest, Piece
from server.backup.record import record_verified
from server.backup.snapshot import snapshot
from tests.answers import visit_note
from tests.people import Phone, Provider


def send(meadow: Provider, phone: Phone) -> str:
    """Send a note; answers the receipt for it."""
    grace = meadow.people["grace"]
    entry = phone.write("visit-note", visit_note(grace), service=meadow.services["north"], person=grace)
    said = {"sent_at": datetime.now(UTC).isoformat(), "unsent": 0, "items": [entry.item]}
    receipt: str = phone.post("/api/sync/send", said).get_json()["receipt"]
    return receipt


def judge(phone: Phone, *receipts: str) -> tuple[set[str], set[str]]:
    """The receipts that are safe, and those whose items must be offered again."""
    answer = phone.post("/api/sync/receipts", {"receipts": list(receipts)})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return set(answer.get_json()["safe"]), set(answer.get_json()["again"])


def owner_url(app: Flask) -> str:
    url: str = app.extensions["config"].migrating_url
    return url


def backed_up(app: Flask) -> Manifest:
    """What a backup that is taken now would say of itself."""
    with snapshot(owner_url(app)) as moment:
        return Manifest(
            id=uuid4(),
            folder="now",
            made_at=moment.at,
            heed="test",
            schema=moment.schema,
            postgres=moment.server_version,
            recipient=None,
            database=Piece("now/database.dump", 0, ""),
            providers=moment.providers,
            tables=moment.tables,
            photos=[],
        )


def begin_new_epoch(app: Flask) -> None:
    with psycopg.connect(owner_url(app).replace("+psycopg", "", 1)) as connection:
        declare_new_epoch(connection, None, datetime.now(UTC))


def test_a_receipt_is_safe_once_a_backup_that_holds_it_is_verified(app: Flask, meadow: Provider):
    before = send(meadow, meadow.amina)
    assert judge(meadow.amina, before) == (set(), set())
    manifest = backed_up(app)
    after = send(meadow, meadow.amina)
    assert judge(meadow.amina, before, after) == (set(), set()), "taken is not verified"
    record_verified(owner_url(app), manifest, datetime.now(UTC))
    assert judge(meadow.amina, before, after) == ({before}, set())
    record_verified(owner_url(app), backed_up(app), datetime.now(UTC))
    assert judge(meadow.ben, before, after) == ({before, after}, set()), "whoever shares the tablet may ask"


def test_an_older_backup_that_is_verified_later_takes_nothing_back(app: Flask, meadow: Provider):
    older = backed_up(app)
    receipt = send(meadow, meadow.amina)
    record_verified(owner_url(app), backed_up(app), datetime.now(UTC))
    record_verified(owner_url(app), older, datetime.now(UTC))
    assert judge(meadow.amina, receipt) == ({receipt}, set())


def test_after_a_restore_everything_is_offered_again(app: Flask, meadow: Provider):
    receipt = send(meadow, meadow.amina)
    manifest = backed_up(app)
    record_verified(owner_url(app), manifest, datetime.now(UTC))
    begin_new_epoch(app)
    assert judge(meadow.amina, receipt) == (set(), {receipt})
    record_verified(owner_url(app), manifest, datetime.now(UTC))
    new = send(meadow, meadow.amina)
    assert judge(meadow.amina, new) == (set(), set()), "a backup of an older epoch promises nothing now"


def test_a_database_that_somebody_put_back_by_hand_is_noticed_too(app: Flask, meadow: Provider):
    first, second = send(meadow, meadow.amina), send(meadow, meadow.amina)
    with psycopg.connect(owner_url(app).replace("+psycopg", "", 1)) as connection:
        connection.execute("UPDATE head SET seq = seq - 1 WHERE provider_id = %s", [meadow.id])
    assert judge(meadow.amina, first, second) == (set(), {second})


def test_what_is_no_receipt_of_this_provider_is_offered_again(
    app: Flask, meadow: Provider, riverside: Provider
):
    receipt = send(meadow, meadow.amina)
    assert judge(riverside.dev, receipt, "AAAA", "A" * 60) == (set(), {receipt, "AAAA", "A" * 60})


def test_a_receipt_shows_no_number(meadow: Provider):
    receipts = [send(meadow, meadow.amina) for _ in range(5)]
    assert len({len(each) for each in receipts}) == 1
    assert len({each[:8] for each in receipts}) == 5, "each is sealed under chance of its own"


def test_a_photo_that_cannot_be_opened_has_a_receipt_too(app: Flask, meadow: Provider):
    key = meadow.amina.intake_key["id"]
    answer = meadow.amina.ask(
        "PUT",
        f"/api/sync/photo/{uuid4()}/{uuid4()}/{'0' * 64}",
        data=b"cannot be opened",
        headers={"Heed-Intake-Key": key, "Content-Type": "application/octet-stream"},
    )
    assert answer.get_json()["outcome"] == "quarantined"
    receipt = answer.get_json()["receipt"]
    assert judge(meadow.amina, receipt) == (set(), set())
    record_verified(owner_url(app), backed_up(app), datetime.now(UTC))
    assert judge(meadow.amina, receipt) == ({receipt}, set())


def test_nothing_but_receipts_is_taken(meadow: Provider):
    for wrong in (
        {},
        {"receipts": []},
        {"receipts": ["!"]},
        {"receipts": ["A" * 201]},
        {"receipts": ["AAAA"] * 1001},
    ):
        assert meadow.amina.post("/api/sync/receipts", wrong).status_code == 422


def judge_without_session(app: Flask, provider: object, *receipts: str) -> dict[str, list[str]]:
    """What a phone hears on which nobody is signed in."""
    said = {"provider": str(provider), "receipts": list(receipts)}
    answer = app.test_client().post("/api/sync/hand-in/receipts", json=said)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    judged: dict[str, list[str]] = answer.get_json()
    return judged


def hand_in(app: Flask, meadow: Provider) -> str:
    """Hand in a note of Amina's without a session; answers the receipt for it."""
    note = visit_note(meadow.people["grace"])
    written = meadow.amina.write("visit-note", note, service=meadow.services["north"])
    now = datetime.now(UTC).isoformat()
    said = {"provider": str(meadow.id), "sent_at": now, "items": [written.item]}
    receipt: str = app.test_client().post("/api/sync/hand-in", json=said).get_json()["receipt"]
    return receipt


def test_a_phone_without_a_session_hears_what_is_safe_and_what_to_hand_in_again(app: Flask, meadow: Provider):
    sent, handed_in = send(meadow, meadow.amina), hand_in(app, meadow)
    assert judge_without_session(app, meadow.id, sent, handed_in) == {"safe": [], "again": []}
    record_verified(owner_url(app), backed_up(app), datetime.now(UTC))
    assert judge_without_session(app, meadow.id, sent, handed_in) == {"safe": [sent, handed_in], "again": []}
    begin_new_epoch(app)
    assert judge_without_session(app, meadow.id, sent, handed_in) == {"safe": [], "again": [sent, handed_in]}


def test_whoever_has_no_receipt_of_ours_hears_nothing(app: Flask, meadow: Provider, riverside: Provider):
    receipt = send(meadow, meadow.amina)
    begin_new_epoch(app)
    nothing = {"safe": [], "again": []}
    assert judge_without_session(app, meadow.id, "AAAA", "handedin", receipt[:-4]) == nothing
    assert judge_without_session(app, riverside.id, receipt) == nothing
    assert judge_without_session(app, uuid4(), receipt) == nothing
