"""Opening what phones send: unseal, check the signature, read, and say of anything that fails why it does.

All of this happens before the provider's head is locked, so that slow arithmetic keeps nobody waiting.
"""

from __future__ import annotations

import hashlib
from binascii import a2b_base64
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from server.domain.audience import CLASS_OF
from server.domain.entry import Body, UnreadableBody, corrected, entry_key, familiar, read_body
from server.extensions import ask
from server.services.fault import note_fault
from server.services.form import FormShelf

SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
SIGNED = b"heed/entry/1\n"
_ECDSA = ec.ECDSA(hashes.SHA256())
_FROM_URL = bytes.maketrans(b"-_", b"+/")

#: Why something is held back, and what its writer is told.
WHY_HELD = {
    "unknown_key": "This phone is not known here any more. A manager will read what you wrote.",
    "cannot_open": "It arrived damaged. A manager has been told.",
    "bad_signature": "It arrived damaged. A manager has been told.",
    "unreadable": "It arrived damaged. A manager has been told.",
    "unknown_form": "This form is not known here. A manager will read what you wrote.",
    "bad_answers": "Some answers do not fit the form. A manager will read what you wrote.",
    "about_nothing": "It does not say what it answers. A manager will read what you wrote.",
    "unknown_service": "It names a service that is not known here. A manager will read what you wrote.",
    "revoked": "This phone may no longer send. A manager will read what you wrote.",
    "left": "You have left this provider. A manager will read what you wrote.",
    "same_id_other_content": "Two different entries came under one number. Both are kept. A manager will look.",
    "not_kept": "Something went wrong here. What you wrote is kept, and a manager will read it.",
}


class IntakeKeys(Protocol):
    """Where the private halves of intake keys are kept: outside the database."""

    def intake_private(self, provider: UUID, key: UUID) -> ec.EllipticCurvePrivateKey: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry, opened and found good, with the exact bytes that its writer signed."""

    body: Body
    key: str
    raw: bytes
    author: UUID
    author_name: str
    device: UUID
    signing_key: UUID
    signature: bytes
    ciphertext_hash: bytes
    content_hash: bytes
    recorded_at: datetime
    observed_at: datetime
    received_at: datetime
    skew: timedelta

    @property
    def skew_ms(self) -> int:
        """How far the device's clock was behind ours, in milliseconds."""
        return round(self.skew.total_seconds() * 1000)


@dataclass(frozen=True, slots=True)
class Held:
    """Something that could not be accepted, kept whole. `body` is there when it could at least be opened."""

    item: Mapping[str, Any]
    reason: str
    ciphertext_hash: bytes
    received_at: datetime
    author: UUID | None = None
    device: UUID | None = None
    raw: bytes | None = None


@dataclass(frozen=True)
class Intake:
    """What opening needs to know about the provider."""

    provider: UUID
    keys: IntakeKeys
    forms: FormShelf

    def open(self, items: Iterable[Mapping[str, Any]], at: datetime, skew: timedelta) -> list[Opened | Held]:
        """Open every item, in order. Never raises for what a phone sent: what cannot be opened is held."""
        items = list(items)
        owners = _owners(self.provider, {familiar(item["key_id"]) for item in items})
        return [self._open_safely(item, owners.get(item["key_id"]), at, skew) for item in items]

    def _open_safely(
        self, item: Mapping[str, Any], owner: _Owner | None, at: datetime, skew: timedelta
    ) -> Opened | Held:
        try:
            return self._open(item, owner, at, skew)
        except Exception as fault:
            # Whatever it was, it must not keep the others out.
            note_fault("Opening an entry", fault)
            return Held(item, "not_kept", hashlib.sha256(from_b64url(item["ciphertext"])).digest(), at)

    def _open(
        self, item: Mapping[str, Any], owner: _Owner | None, at: datetime, skew: timedelta
    ) -> Opened | Held:
        ciphertext = from_b64url(item["ciphertext"])
        sealed_hash = hashlib.sha256(ciphertext).digest()
        context = f"heed/entry/1|{self.provider}|{item['key_id']}|{item['id']}"
        raw = unseal(self.keys, self.provider, familiar(item["seal"]), ciphertext, context)
        who = {"author": owner.worker, "device": owner.device} if owner else {}

        def held(reason: str) -> Held:
            return Held(item, reason, sealed_hash, at, raw=raw, **who)

        if raw is None:
            return held("cannot_open")
        if owner is None:
            return held("unknown_key")
        signature = from_b64url(item["signature"])
        if not _signed(owner.public_key, signature, raw):
            return held("bad_signature")
        if owner.revoked:
            return held("revoked")
        if owner.left:
            return held("left")
        try:
            body = read_body(raw)
        except UnreadableBody:
            return held("unreadable")
        if str(body.id) != item["id"]:
            return held("unreadable")
        if body.service not in owner.services:
            return held("unknown_service")
        if not self.forms.knows(body.form, body.version):
            return held("unknown_form")
        if not self.forms.fits(body.form, body.version, body.answers):
            return held("bad_answers")
        if body.form not in CLASS_OF and body.about is None and body.replaces is None:
            return held("about_nothing")
        return Opened(
            body=body,
            key=entry_key(owner.device, item["id"]),
            raw=raw,
            author=owner.worker,
            author_name=owner.name,
            device=owner.device,
            signing_key=owner.key,
            signature=signature,
            ciphertext_hash=sealed_hash,
            content_hash=hashlib.sha256(raw).digest(),
            recorded_at=corrected(body.recorded_at, skew, at),
            observed_at=corrected(body.observed_at, skew, at),
            received_at=at,
            skew=skew,
        )


def unseal(keys: IntakeKeys, provider: UUID, key: UUID, ciphertext: bytes, context: str) -> bytes | None:
    """Open what was sealed to an intake key for one context.

    None when it was not, when it was changed on the way, or when that key is not ours to open with.
    """
    try:
        return SUITE.decrypt(ciphertext, keys.intake_private(provider, key), context.encode())
    except (InvalidTag, ValueError, RuntimeError):
        return None


def from_b64url(text: str) -> bytes:
    """Bytes from their unpadded base64url."""
    return a2b_base64(text.encode("ascii").translate(_FROM_URL) + b"=" * (-len(text) % 4))


_OWNERS = """
    SELECT signing_key.id, signing_key.worker_id, signing_key.device_id, signing_key.public_key,
        signing_key.revoked_at IS NOT NULL OR device.revoked_at IS NOT NULL,
        worker.left_at IS NOT NULL, worker.name,
        ARRAY(SELECT id FROM service WHERE service.provider_id = signing_key.provider_id)
    FROM signing_key
    JOIN device ON device.provider_id = signing_key.provider_id AND device.id = signing_key.device_id
    JOIN worker ON worker.provider_id = signing_key.provider_id AND worker.id = signing_key.worker_id
    WHERE signing_key.provider_id = %(provider)s AND signing_key.id = ANY(%(keys)s)
"""


@dataclass(frozen=True, slots=True)
class _Owner:
    key: UUID
    worker: UUID
    device: UUID
    public_key: bytes
    revoked: bool
    left: bool
    name: str
    #: All of their provider: an entry may be of any
    services: list[UUID]


def _owners(provider: UUID, key_ids: Collection[UUID]) -> dict[str, _Owner]:
    rows = ask(_OWNERS, {"provider": provider, "keys": list(key_ids)})
    return {str(row[0]): _Owner(*row) for row in rows}


@lru_cache(maxsize=4096)
def _public_key(point: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)


def _signed(point: bytes, signature: bytes, raw: bytes) -> bool:
    if len(signature) != 64:
        return False
    numbers = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    try:
        _public_key(point).verify(numbers, SIGNED + raw, _ECDSA)
    except InvalidSignature:
        return False
    return True
