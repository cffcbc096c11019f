"""Length is what counts in a password, and that a stranger would not try it first."""

from __future__ import annotations

import pytest

from server.domain.errors import BadInput
from server.domain.password import check_password


@pytest.mark.parametrize(
    "password",
    ["green bus stop rain", "kettlehobs", "x" * 9 + "yzq", "Płaszcz na deszcz", "  spaces  count  "],
)
def test_a_long_one_is_taken(password: str):
    check_password(password, "amina", "Amina Yusuf")


@pytest.mark.parametrize(
    "password",
    [
        "", "short", "ninechars", "aaaaaaaaaa", "ababababab", "Password123", "PASSWORD!!2026", "pass-word-1",
        "1234567890", "0123456789", "qwertyuiop", "Amina Yusuf", "amina yusuf 77", "amina.yusuf1",
        "x" * 201,
    ],
)  # fmt: skip
def test_one_that_a_stranger_tries_first_is_not(password: str):
    with pytest.raises(BadInput) as refusal:
        check_password(password, "amina", "Amina Yusuf")
    assert list(refusal.value.errors) == ["password"]
