"""Refresh tokens: what a signed-in device shows to be let in again without a password.

A token is used once and replaced, so a stolen copy and the rightful one soon disagree. Replies get lost on
the way to a phone, though, and two tabs may ask at once. So the token before still works for as long as its
replacement was never used: at once it leads to the same replacement, later to another one.
Source: docs/rules/signing-in.md.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

IDLE = timedelta(days=14)
ABSOLUTE = timedelta(days=30)
#: A phone that nobody used for longer may be in other hands: it sends what it holds and reads nothing.
LONG_UNUSED = timedelta(days=7)
#: Two tabs that ask within this time of each other get the same replacement.
AT_ONCE = timedelta(seconds=60)

_TAG = 16


class Shown(StrEnum):
    """What a token turns out to be when somebody shows it."""

    #: The one that we gave last
    CURRENT = "current"
    #: The one before, just after it was replaced
    AGAIN = "again"
    #: The one before, whose replacement never came to be used
    BEFORE = "before"
    #: One that was replaced long ago: somebody has a copy
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it stands in the cookie: `provider.session.secret.tag`. The tag shows that we made it."""

    provider: UUID
    session: UUID
    secret: bytes

    def text(self, key: bytes) -> str:
        """The token as the cookie holds it."""
        parts = (self.provider.bytes, self.session.bytes, self.secret, self._tag(key))
        return ".".join(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)

    @property
    def kept(self) -> bytes:
        """What is kept instead of the token."""
        return hashlib.sha256(b"heed/refresh/1\n" + self.secret).digest()

    def next(self, key: bytes, rotated_at: datetime) -> Token:
        """The token that replaces this one when it is replaced at a moment."""
        seed = b"heed/refresh/next/1\n" + self.session.bytes + self.secret + rotated_at.isoformat().encode()
        return Token(self.provider, self.session, hmac.digest(key, seed, "sha256"))

    def _tag(self, key: bytes) -> bytes:
        whole = b"heed/refresh/tag/1\n" + self.provider.bytes + self.session.bytes + self.secret
        return hmac.digest(key, whole, "sha256")[:_TAG]


def read_token(text: str, key: bytes) -> Token | None:
    """The token that a cookie holds, or None when we did not make it."""
    try:
        provider, session, secret, tag = (
            urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in text.split(".")
        )
        token = Token(UUID(bytes=provider), UUID(bytes=session), secret)
    except ValueError:
        return None
    return token if hmac.compare_digest(tag, token._tag(key)) else None


def judge(shown: bytes, current: bytes, previous: bytes | None, rotated_at: datetime, now: datetime) -> Shown:
    """What a shown token is, given what was kept of the last two and when the last one was given."""
    if hmac.compare_digest(shown, current):
        return Shown.CURRENT
    if previous is None or not hmac.compare_digest(shown, previous):
        return Shown.STALE
    return Shown.AGAIN if now - rotated_at < AT_ONCE else Shown.BEFORE
