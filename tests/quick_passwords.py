"""Passwords that are quick to check, where thousands are asked for and none is worth guessing.

It is the Argon2id that Heed keeps them with, only with the smallest figures. How slow it is for real is held by
tests/services/test_kept_password.py, and no setting of Heed reaches it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from argon2 import PasswordHasher

from server.services import password
from tests.people import PASSWORD

HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
#: The cast's password as it is kept.
KEPT = HASHER.hash(PASSWORD)


@contextmanager
def quick_passwords() -> Iterator[None]:
    """For a while, keep and check passwords quickly in this process, those of nobody too."""
    with patch.multiple(password, _hasher=HASHER, _NOBODY=HASHER.hash("nobody")):
        yield
