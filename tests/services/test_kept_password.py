"""What is kept instead of a password is slow to guess from."""

from __future__ import annotations

from argon2 import extract_parameters
from argon2.low_level import Type

from server.services.password import is_password, kept_password


def test_a_password_is_kept_with_the_figures_of_owasp():
    figures = extract_parameters(kept_password("seven geese on a roof"))
    assert figures.type is Type.ID
    assert (figures.memory_cost, figures.time_cost, figures.parallelism) == (19_456, 2, 1)
    assert (figures.salt_len, figures.hash_len) >= (16, 32)


def test_the_same_password_is_kept_differently_each_time():
    assert kept_password("seven geese on a roof") != kept_password("seven geese on a roof")


def test_no_password_opens_where_none_was_kept():
    assert not is_password("there is nobody of that name", None)
