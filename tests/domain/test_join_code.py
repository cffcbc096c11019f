"""Join codes survive being read aloud and typed in a hurry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.join_code import LETTERS, as_meant, code_from, kept_as


@given(st.binary(min_size=8, max_size=8))
def test_a_code_is_understood_however_it_is_typed(chance: bytes):
    code = code_from(chance)
    meant = code.replace("-", "")
    assert len(code) == 11
    assert set(meant) <= set(LETTERS)
    for typed in (code, meant, code.lower(), f"  {code} ", meant[:3] + " " + meant[3:]):
        assert as_meant(typed) == meant
    assert as_meant(code.replace("0", "O").replace("1", "I")) == meant
    assert as_meant(code.replace("0", "o").replace("1", "l")) == meant


def test_a_code_needs_enough_chance():
    with pytest.raises(ValueError, match="chance"):
        code_from(b"123456")


def test_every_bit_of_fifty_counts():
    codes = {code_from((1 << bit).to_bytes(8)) for bit in range(50)}
    assert len(codes) == 50


@pytest.mark.parametrize(
    "typed", ["", "-", "ABCDE", "ABCDE-FGHJU", "ABCDE-FGHJKM", "ÀBCDE-FGHJK", "ABCDE_FGHJK", "٠١٢٣٤٥٦٧٨٩"]
)
def test_what_cannot_be_a_code_is_none(typed: str):
    assert as_meant(typed) is None


def test_what_is_kept_says_nothing_without_the_secret():
    assert kept_as("0123456789", b"one") != kept_as("0123456789", b"two")
    assert kept_as("0123456789", b"one") == kept_as("0123456789", b"one")
