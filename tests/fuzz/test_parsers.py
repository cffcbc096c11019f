"""Whatever bytes come, what reads them first answers with what it read or with a refusal, and with nothing else."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.domain.entry import read_body
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
