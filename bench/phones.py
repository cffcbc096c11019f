"""Phones of the bench: each seals entries exactly as the app does."""

from __future__ import annotations

import hashlib
import json
import os
import random
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
WORDS = ["washed", "dressed", "tea", "toast", "tablets", "cheerful", "quiet", "garden"]
WORDS += ["daughter", "walked", "sat", "slept", "chair", "cold", "warm", "porridge"]


def b64url(content: bytes) -> str:
    """Unpadded base64url."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def from_b64url(text: str) -> bytes:
    """Bytes from unpadded base64url."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def uuid7() -> UUID:
    """An id that sorts by when it was made (RFC 9562), as the app makes them."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return UUID(int=(value & ~(0xF000 << 64) & ~(0xC000 << 48)) | (0x7000 << 64) | (0x8000 << 48))


@dataclass
class BenchPhone:
    """One phone of one worker. `provider`, `service` and the keys are set once it has signed in."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    provider: str = ""
    worker: str = ""
    service: str = ""
    person: str = ""
    key_id: str = ""
    intake_id: str = ""
    intake: ec.EllipticCurvePublicKey | None = None
    token: str = ""
    device_seq: int = 0
    previous: str | None = None

    @property
    def point(self) -> str:
        """The public half of its signing key."""
        return b64url(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def note(self, rng: random.Random) -> bytes:
        """The body of a visit note of about a kilobyte."""
        at = datetime.now(UTC).isoformat()
        self.device_seq += 1
        body = {
            "id": str(uuid7()),
            "form": "visit-note",
            "version": 1,
            "service": self.service,
            "person": self.person,
            "about": None,
            "replaces": None,
            "observed_at": at,
            "recorded_at": at,
            "device_seq": self.device_seq,
            "previous": self.previous,
            "answers": {
                "person": self.person,
                "note": " ".join(rng.choices(WORDS, k=85)),
                "as_usual": "yes",
                "worried": "no",
            },
            "photos": [],
            "lang": "en",
            "app_version": "bench",
            "salt": b64url(os.urandom(16)),
        }
        raw = json.dumps(body, separators=(",", ":")).encode()
        self.previous = hashlib.sha256(raw).hexdigest()
        return raw

    def seal(self, raw: bytes) -> dict[str, str]:
        """The item that goes on the wire."""
        entry_id = json.loads(raw)["id"]
        der = self.key.sign(b"heed/entry/1\n" + raw, ec.ECDSA(hashes.SHA256()))
        r, s = decode_dss_signature(der)
        context = f"heed/entry/1|{self.provider}|{self.key_id}|{entry_id}".encode()
        if self.intake is None:
            raise LookupError("this phone has not signed in")
        return {
            "id": entry_id,
            "key_id": self.key_id,
            "seal": self.intake_id,
            "signature": b64url(r.to_bytes(32) + s.to_bytes(32)),
            "ciphertext": b64url(SUITE.encrypt(raw, self.intake, context)),
        }
