"""Where the demo's chance comes from: one seed, so that the same demo grows from it each time."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

#: How many private keys there are on the curve P-256 (FIPS 186-5); a key is a number below this.
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True)
class Seed:
    """A seed, and what grows from it by name."""

    words: str = "meadow"

    def bytes_for(self, name: str) -> bytes:
        """32 bytes that belong to this name alone."""
        return hashlib.sha256(f"heed demo/{self.words}/{name}".encode()).digest()

    def id_for(self, name: str) -> UUID:
        """An id that is the same in every demo from this seed."""
        return UUID(bytes=self.bytes_for(name)[:16], version=4)

    def entry_id(self, name: str, at: datetime) -> UUID:
        """A UUIDv7, as a phone would have made it at that moment (RFC 9562, section 5.7)."""
        milliseconds = int(at.timestamp() * 1000).to_bytes(6)
        number = bytearray(milliseconds + self.bytes_for(name)[:10])
        number[6] = 0x70 | number[6] & 0x0F
        number[8] = 0x80 | number[8] & 0x3F
        return UUID(bytes=bytes(number))

    def chance(self, name: str) -> random.Random:
        """Chance that falls the same way each time for this name."""
        return random.Random(self.bytes_for(name))

    def signing_key(self, worker: str) -> ec.EllipticCurvePrivateKey:
        """A worker's signing key. Anybody can make it from the seed, so it is worth nothing elsewhere."""
        number = int.from_bytes(self.bytes_for(f"key/{worker}")) % (ORDER_OF_P256 - 1) + 1
        return ec.derive_private_key(number, ec.SECP256R1())
