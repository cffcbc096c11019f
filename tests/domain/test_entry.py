"""A body is read strictly: what two programs would read differently is not read at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from server.domain.entry import UnreadableBody, corrected, read_body

GOOD = {
    "id": "01939b3e-7d3a-7c11-8a52-3f1d2c4b5a69",
    "form": "visit-note",
    "version": 1,
    "service": "6f1c1a52-8f0e-4a53-9a55-0b3e6c1d2f10",
    "person": None,
    "about": None,
    "replaces": None,
    "observed_at": "2026-11-20T16:50:00+00:00",
    "recorded_at": "2026-11-20T16:55:00+00:00",
    "device_seq": 7,
    "previous": None,
    "answers": {"note": "Ate well. Chatty."},
    "photos": [],
    "lang": "en",
    "app_version": "1",
    "salt": "c2FsdHNhbHRzYWx0c2FsdA",
}


def body(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def test_a_good_body_is_read_whole():
    read = read_body(body(person=GOOD["service"], about=f"{GOOD['service']}.{GOOD['id']}"))
    assert (read.form, read.version, read.device_seq) == ("visit-note", 1, 7)
    assert read.answers == {"note": "Ate well. Chatty."}
    assert read.recorded_at == datetime(2026, 11, 20, 16, 55, tzinfo=UTC)
    assert str(read.person) == GOOD["service"]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "JSON"),
        (b"[1]", "one object"),
        (b"{}", "missing"),
        (b'{"id": 1, "id": 2}', "twice"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 20_000, "deep"),
        (body(version=True), "whole number"),
        (body(version=-1), "whole number"),
        (body(device_seq=2**40), "whole number"),
        (body(answers={"amount": 1.5}), "fraction"),
        (body(answers=[]), "object"),
        (body(recorded_at="2026-11-20T16:55:00"), "offset"),
        (body(recorded_at="yesterday"), "isoformat"),
        (body(observed_at="0001-01-01T00:00:00+00:00"), "lived"),
        (body(service="the house on the hill"), "UUID"),
        (body(about="not a key"), "UUID"),
        (body(answers={"note": "\ud83d"}), "nobody can read"),
        (body(answers={"note": "a\x00b"}), "nobody can read"),
        (body(answers={"n": 1}).replace(b'"n": 1', b'"n": NaN'), "number"),
        (body(photos=[{"hash": "ab"}]), "size"),
    ],
)
def test_what_two_programs_would_read_differently_is_refused(raw, why):
    with pytest.raises(UnreadableBody, match=f"(?i).*{why}.*"):
        read_body(raw)


NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_a_phone_three_hours_fast_is_corrected():
    written = NOON + timedelta(hours=3)
    assert corrected(written, timedelta(hours=-3), received_at=NOON + timedelta(minutes=5)) == NOON


def test_the_time_a_message_takes_is_not_a_wrong_clock():
    assert corrected(NOON, timedelta(milliseconds=900), received_at=NOON + timedelta(seconds=9)) == NOON


def test_nothing_was_written_after_we_received_it():
    assert corrected(NOON + timedelta(days=3), timedelta(0), received_at=NOON) == NOON
