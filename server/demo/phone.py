"""The demo's phones: each planned entry becomes bytes that its writer signs, in the chain of its device."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from server.demo.cast import Worker
from server.demo.planned import Planned, said
from server.demo.seed import Seed
from server.domain.entry import corrected, entry_key, read_body
from server.services.intake import SIGNED, Opened

APP_VERSION = "demo"


@dataclass
class Phones:
    """Every device of the demo, with how far each one's chain has come."""

    seed: Seed
    _last: dict[str, str] = field(default_factory=dict)
    _count: dict[str, int] = field(default_factory=dict)
    _keys: dict[str, ec.EllipticCurvePrivateKey] = field(default_factory=dict)

    def write_all(self, story: Iterable[Planned]) -> dict[str, Opened]:
        """Every entry of the story by its name, written on each device in the order of its clock."""
        story = list(story)
        keys = {each.name: each.key(self.seed) for each in story}
        in_order = sorted(story, key=lambda each: (each.recorded + each.ahead, each.name))
        return {each.name: self._write(each, keys) for each in in_order}

    def point(self, worker: Worker) -> bytes:
        """The public half of a worker's signing key, as an uncompressed point."""
        return (
            self._key(worker.key)
            .public_key()
            .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
        )

    def _write(self, each: Planned, keys: Mapping[str, str]) -> Opened:
        device = each.writer.device
        raw = json.dumps(self._body(each, keys), ensure_ascii=False, separators=(",", ":")).encode()
        content_hash = hashlib.sha256(raw).digest()
        self._last[device] = content_hash.hex()
        body = read_body(raw)
        skew = -each.ahead
        return Opened(
            body=body,
            key=entry_key(device_id(self.seed, device), body.id),
            raw=raw,
            author=self.seed.id_for(f"worker/{each.by}"),
            author_name=each.writer.name,
            device=device_id(self.seed, device),
            signing_key=signing_key_id(self.seed, each.by),
            signature=self._signature(each.by, raw),
            # It never lay sealed on the wire, so a repeat is known by what it says.
            ciphertext_hash=content_hash,
            content_hash=content_hash,
            recorded_at=corrected(body.recorded_at, skew, each.received),
            observed_at=corrected(body.observed_at, skew, each.received),
            received_at=each.received,
            skew=skew,
        )

    def _body(self, each: Planned, keys: Mapping[str, str]) -> dict[str, Any]:
        device, seed = each.writer.device, self.seed
        self._count[device] = self._count.get(device, 0) + 1
        return {
            "id": str(each.id(seed)),
            "form": each.form,
            "version": 1,
            "service": str(seed.id_for(f"service/{each.service}")),
            "person": str(seed.id_for(f"person/{each.person}")) if each.person else None,
            "about": keys[each.about] if each.about else None,
            "replaces": keys[each.replaces] if each.replaces else None,
            "observed_at": said(each.observed + each.ahead),
            "recorded_at": said(each.recorded + each.ahead),
            "device_seq": self._count[device],
            "previous": self._last.get(device),
            "answers": each.answers,
            "photos": [
                {"hash": hashlib.sha256(photo).hexdigest(), "type": "image/jpeg", "size": len(photo)}
                for photo in each.photos
            ],
            "lang": each.lang,
            "app_version": APP_VERSION,
            "salt": urlsafe_b64encode(seed.bytes_for(f"salt/{each.name}")[:16]).decode().rstrip("="),
        }

    def _signature(self, worker: str, raw: bytes) -> bytes:
        # The same bytes are signed the same way each time (RFC 6979), so the same demo comes out.
        how = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        r, s = decode_dss_signature(self._key(worker).sign(SIGNED + raw, how))
        return r.to_bytes(32) + s.to_bytes(32)

    def _key(self, worker: str) -> ec.EllipticCurvePrivateKey:
        if worker not in self._keys:
            self._keys[worker] = self.seed.signing_key(worker)
        return self._keys[worker]


def device_id(seed: Seed, name: str) -> UUID:
    """The id of a device."""
    return seed.id_for(f"device/{name}")


def signing_key_id(seed: Seed, worker: str) -> UUID:
    """The id of a worker's signing key on their device."""
    return seed.id_for(f"signing key/{worker}")
