"""The manifest: what is in a backup, signed with a key that lies outside the database.

It is written last, so a backup without one was never finished and counts for nothing.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from server.backup.trouble import BackupTrouble

NAME = "manifest"
FORMAT = 1
_SIGNED_BY = b"\nsigned: "


@dataclass(frozen=True)
class Piece:
    """Something stored with a backup: where, how large, and the SHA-256 of what is stored there."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Photo(Piece):
    """A photo, and where it lies among the photos of an instance."""

    photo: str


@dataclass(frozen=True)
class Reached:
    """How far one provider's entries go in a backup: the last number and the last link of the chain."""

    provider: UUID
    epoch: int
    seq: int
    chain_hash: str
    last_received_at: datetime | None


@dataclass(frozen=True)
class Manifest:
    """What is in a backup. `tables` counts rows; `recipient` is whom it is encrypted to, if anybody."""

    id: UUID
    folder: str
    made_at: datetime
    heed: str
    schema: str
    postgres: str
    recipient: str | None
    database: Piece
    providers: Sequence[Reached]
    tables: Mapping[str, int]
    photos: Sequence[Photo]
    missing_photos: Sequence[str] = field(default_factory=list)

    def signed(self, key: Ed25519PrivateKey) -> bytes:
        """The manifest as it is stored: for people to read, with the signature in its last line."""
        words = json.dumps({"format": FORMAT, **asdict(self)}, indent=1, default=_plain).encode()
        return words + _SIGNED_BY + b64encode(key.sign(words)) + b"\n"


def read_manifest(content: bytes, key: Ed25519PublicKey) -> Manifest:
    """A manifest that our key signed. Raises BackupTrouble for one that was changed or that another key signed."""
    words, mark, signature = content.rpartition(_SIGNED_BY)
    try:
        key.verify(b64decode(signature), words)
    except (InvalidSignature, ValueError) as wrong:
        raise BackupTrouble(
            "The manifest of this backup was changed, or was signed with another key than backup.pem here; "
            "nothing was restored from it."
        ) from wrong
    said = json.loads(words)
    if not mark or said.pop("format") != FORMAT:
        raise BackupTrouble("This backup was made by a newer Heed; bring it back with that one.")
    return _manifest(said)


def _manifest(said: Mapping[str, Any]) -> Manifest:
    return Manifest(
        **{
            **said,
            "id": UUID(said["id"]),
            "made_at": datetime.fromisoformat(said["made_at"]),
            "database": Piece(**said["database"]),
            "photos": [Photo(**each) for each in said["photos"]],
            "providers": [
                Reached(
                    **{
                        **each,
                        "provider": UUID(each["provider"]),
                        "last_received_at": _moment(each["last_received_at"]),
                    }
                )
                for each in said["providers"]
            ],
        }
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
