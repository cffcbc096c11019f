"""JSON is read so that no two readers could understand it differently."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Unreadable
from server.domain.json_text import DEEPEST, read_json

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii", min_codepoint=32)), inner)
    ),
    max_leaves=20,
)


@given(PLAIN)
def test_what_everybody_reads_alike_is_read(value: object):
    assert read_json(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_rubbish_is_refused_and_nothing_else_happens(raw: bytes):
    with contextlib.suppress(Unreadable):
        read_json(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": 1, "a": 1}',
        b'[{"a": {"b": 1, "b": 2}}]',
        b"NaN",
        b"[-Infinity]",
        b"1e400",
        b'"\\ud83d"',
        b'{"\\udc00": 1}',
        b'"\\u0000"',
        b"\xff",
        b"[" * 100_000,
        b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1),
    ],
)
def test_what_readers_could_differ_about_is_refused(raw: bytes):
    with pytest.raises(Unreadable):
        read_json(raw)


def test_a_pair_of_halves_is_one_character():
    assert read_json(b'"\\ud83d\\ude00"') == "\U0001f600"
