"""Challenges: what a passkey signs to show that it is here, now, and for us.

A challenge is reckoned from its id, so that nothing is written down for a stranger who only asks for one. Its id
says when it was made; whoever changes the id changes the challenge. It works once, within five minutes: what was
used is noted by whoever takes the answer. Source: docs/rules/signing-in.md.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIVES = timedelta(minutes=5)
CHANCE = 16
_TIME = 8


@dataclass(frozen=True, slots=True)
class Challenge:
    """A challenge for one purpose. Needs sixteen bytes of chance."""

    purpose: str
    chance: bytes
    made_at: datetime

    @property
    def id(self) -> str:
        """What the phone sends back beside the answer."""
        seconds = int(self.made_at.timestamp()).to_bytes(_TIME)
        return urlsafe_b64encode(self.chance + seconds).rstrip(b"=").decode()

    def content(self, secret: bytes) -> bytes:
        """What the passkey signs. Nobody can reckon it without the secret."""
        return hmac.digest(secret, f"heed/challenge/1\n{self.purpose}\n{self.id}".encode(), hashlib.sha256)

    def is_live(self, at: datetime) -> bool:
        """Whether it may still be answered."""
        return timedelta(0) <= at - self.made_at < LIVES


def read_challenge(text: str, purpose: str) -> Challenge | None:
    """The challenge that an id stands for, or None when it is the id of none."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        made_at = datetime.fromtimestamp(int.from_bytes(raw[CHANCE:]), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    challenge = Challenge(purpose, raw[:CHANCE], made_at)
    return challenge if len(raw) == CHANCE + _TIME and challenge.id == text else None
