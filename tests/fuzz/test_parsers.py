"""Whatever bytes come, what reads them first answers with what it read or with a refusal, and with nothing else."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.domain.entry import corrected, read_body
from server.domain.errors import DomainError
from server.domain.join_code import as_meant
from server.domain.json_text import read_json
from server.domain.refresh_token import read_token
from tests.fuzz.spoil import spoilt

KEY = bytes(32)
BODY = (
    '{"id":"00000000-0000-7000-8000-000000000000","form":"concern","version":1,"answers":{"danger_now":"no"}}'
)
RAW = st.binary(max_size=400) | st.randoms(use_true_random=False).map(lambda dice: spoilt(BODY, dice))
OFTEN = settings(max_examples=300, deadline=None, database=None, derandomize=True)


@OFTEN
@given(RAW)
@example(b"[" * 100_000)
@example(b'{"a":NaN}')
def test_any_bytes_are_json_or_refused(raw: bytes) -> None:
    with suppress(DomainError):
        read_json(raw)


@OFTEN
@given(RAW)
@example(BODY.encode())
def test_any_bytes_are_the_body_of_an_entry_or_refused(raw: bytes) -> None:
    with suppress(DomainError):
        read_body(raw)


@OFTEN
@given(st.text(max_size=300))
@example("٣٣٣.a.b.c")
def test_any_text_is_a_refresh_token_or_none(text: str) -> None:
    assert read_token(text, KEY) is None


@OFTEN
@given(st.text(max_size=60))
def test_any_text_is_meant_as_a_join_code_or_as_none(text: str) -> None:
    meant = as_meant(text)
    assert meant is None or as_meant(meant) == meant


ANY_ZONE = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


@OFTEN
@given(
    said=st.datetimes(timezones=ANY_ZONE).filter(lambda moment: 1970 <= moment.year <= 9000),
    sent_at=st.datetimes(timezones=ANY_ZONE),
)
@example(
    # Five hours into the first year of the calendar, in a zone where it is later: in UTC there is no such time.
    said=datetime(7000, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    sent_at=NOW + (datetime(7000, 1, 1, tzinfo=UTC) - datetime(1, 1, 1, 5, tzinfo=UTC)),
)
def test_by_any_clock_it_was_no_later_than_it_came(said: datetime, sent_at: datetime) -> None:
    real = corrected(said, NOW - sent_at, NOW)
    assert real <= NOW
    assert real.tzinfo is UTC
