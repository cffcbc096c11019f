"""Sign-in names are forgiving in how they are typed and strict in what they are."""

from __future__ import annotations

import pytest

from server.domain.errors import BadInput
from server.domain.sign_in_name import handle, own_part, parts


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("amina@meadow", ("amina", "meadow")),
        (" Amina@Meadow ", ("amina", "meadow")),
        ("a.b-c9@m-2", ("a.b-c9", "m-2")),
        ("9@m", ("9", "m")),
        ("amina", None),
        ("@meadow", None),
        ("amina@", None),
        ("a@b@c", None),
        ("am ina@meadow", None),
        ("amína@meadow", None),
        ("amina@9meadow", None),
        ("-amina@meadow", None),
        ("a" * 33 + "@meadow", None),
        ("", None),
        ("amina@meadow\n@x", None),
    ],
)
def test_what_is_typed_is_understood_or_not(typed: str, meant: tuple[str, str] | None):
    assert parts(typed) == meant


@pytest.mark.parametrize("typed", ["", " ", ".", "a b", "a@b", "é", "a" * 33, "a-", "a\x00"])
def test_a_name_that_cannot_be_is_refused_with_what_to_do(typed: str):
    for refuses, field in ((own_part, "sign_in_name"), (handle, "handle")):
        with pytest.raises(BadInput) as refusal:
            refuses(typed)
        assert field in refusal.value.errors
