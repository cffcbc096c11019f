"""The second step of signing in: who needs one, from when, and how the codes that prove it are told apart.

A password can be read over a shoulder. Whoever reads what is restricted, decides, or looks after accounts shows
something else as well: a code from an app, or a passkey, which is both steps in one.
Source: docs/rules/signing-in.md; OWASP ASVS 5.0 section 6.3.3.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.domain.access import LEADS, MANAGERS
from server.domain.join_code import as_meant
from server.domain.role import Role

#: Roles that open more than their holder's own work, so that a password alone is too little.
NEEDS = MANAGERS | LEADS | {Role.PROVIDER_REPRESENTATIVE, Role.ADMINISTRATOR, Role.SYSADMIN}
#: From the first time that Heed asks for a second step until it is needed.
GRACE = timedelta(days=14)
#: How long somebody counts as having just proved who they are.
FRESH = timedelta(minutes=5)
#: A new secret that nobody has confirmed by then is of no use any more.
CONFIRM_WITHIN = timedelta(minutes=30)
RECOVERY_CODES = 10
DIGITS = 6


class Way(StrEnum):
    """A way to take the second step."""

    #: Six digits from an app, or a recovery code
    CODE = "code"
    #: A passkey, which stands for the password as well
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True)
class SecondStep:
    """How somebody stands with the second step. `needed_by` is None when they may do without."""

    ways: tuple[Way, ...]
    needed_by: datetime | None

    @property
    def is_set_up(self) -> bool:
        return bool(self.ways)

    def is_overdue(self, at: datetime) -> bool:
        """Whether it is needed and still not set up."""
        return not self.is_set_up and self.needed_by is not None and at >= self.needed_by


def needs(roles: Collection[str]) -> bool:
    """Whether somebody who holds these roles, in whatever service, needs a second step."""
    return any(role in NEEDS for role in roles)


def digits_of(typed: str) -> str | None:
    """The six digits that somebody typed, with or without spaces; None when it is something else."""
    bare = "".join(typed.split())
    return bare if len(bare) == DIGITS and bare.isascii() and bare.isdigit() else None


def recovery_code_kept_as(typed: str, worker: UUID, secret: bytes) -> bytes | None:
    """What is kept instead of a recovery code; None when what was typed cannot be one."""
    meant = as_meant(typed)
    if meant is None:
        return None
    return hmac.digest(secret, b"heed/recovery-code/1\n" + worker.bytes + meant.encode(), hashlib.sha256)
