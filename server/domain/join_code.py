"""Join codes: ten letters and digits that a new worker types once, read aloud or scanned.

Fifty bits of chance, for one use within seven days. Crockford's base 32 leaves out the letters that people
confuse, and what they confuse anyway is read as what was meant.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
VALID_FOR = timedelta(days=7)

_MEANT = str.maketrans("OIL", "011")


def code_from(chance: bytes) -> str:
    """The code that these random bytes make, as shown: XXXXX-XXXXX. Needs at least seven bytes."""
    if len(chance) * 8 < LENGTH * 5:
        raise ValueError("too little chance for a code")
    number = int.from_bytes(chance, "big")
    letters = "".join(LETTERS[(number >> (5 * place)) & 31] for place in range(LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def as_meant(typed: str) -> str | None:
    """The ten letters that somebody meant, however they typed them; None when they cannot be a code."""
    bare = "".join(typed.upper().split()).replace("-", "").translate(_MEANT)
    return bare if len(bare) == LENGTH and set(bare) <= set(LETTERS) else None


def kept_as(meant: str, secret: bytes) -> str:
    """What is kept instead of the code. Without the secret, a copy of the database opens nothing."""
    return hmac.new(secret, b"heed/join-code/1\n" + meant.encode(), hashlib.sha256).hexdigest()
