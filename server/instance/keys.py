"""The keys of this instance: files outside the database, so that a copy of the database alone opens nothing.

Each is made when it is first asked for. Several processes may ask at once: a key appears whole or not at all,
and the first one there is the one that everybody gets.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

SECRET_BYTES = 32


class KeyTrouble(RuntimeError):
    """A key is missing, damaged or open to others."""


@dataclass(frozen=True)
class VapidKeys:
    """The pair by which push services know this instance (RFC 8292)."""

    private: ec.EllipticCurvePrivateKey

    @property
    def private_pem(self) -> bytes:
        return _pem(self.private)

    @property
    def public_bytes(self) -> bytes:
        """The public half as browsers take it: an uncompressed point of 65 bytes."""
        return _point(self.private)


class Keys:
    """The keys kept in `folder`, which only its owner may enter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Reading a key takes as long as opening an entry with it, and every entry needs one.
        self._intake: dict[tuple[UUID, UUID], ec.EllipticCurvePrivateKey] = {}
        self._cursor: bytes | None = None

    def session_secret(self) -> bytes:
        """What access tokens are signed with. Delete the file to sign everybody out."""
        return self._secret("session.key")

    def cursor_key(self) -> bytes:
        """What cursors are sealed with: in the clear they would say how much there is to see."""
        # Every phone that asks for what is new needs it.
        if self._cursor is None:
            self._cursor = self._secret("cursor.key")
        return self._cursor

    def second_step_key(self) -> bytes:
        """What the secrets of code apps are sealed with. Without it nobody's codes work any more."""
        return self._secret("second-step.key")

    def vapid(self) -> VapidKeys:
        """The pair for Web Push. With a new pair every phone must subscribe again."""
        return VapidKeys(_private(self._load_or_make("vapid.pem", _new_pem), "vapid.pem"))

    def make_intake(self, provider_id: UUID) -> tuple[UUID, bytes]:
        """Make a key pair that this provider's phones seal to. Answers its id and its public half."""
        key_id = uuid4()
        name = self._intake_name(provider_id, key_id)
        private = _private(self._load_or_make(name, _new_pem), name)
        return key_id, _point(private)

    def intake_private(self, provider_id: UUID, key_id: UUID) -> ec.EllipticCurvePrivateKey:
        """The private half that opens what was sealed to `key_id`. Old ones stay while their files do."""
        if (provider_id, key_id) not in self._intake:
            name = self._intake_name(provider_id, key_id)
            content = self._load(name)
            if content is None:
                raise KeyTrouble(f"The intake key {key_id} is not in {self.folder}.")
            self._intake[provider_id, key_id] = _private(content, name)
        return self._intake[provider_id, key_id]

    def intake_public(self, provider_id: UUID, key_id: UUID) -> bytes:
        """The public half that belongs to the private half kept here. Raises KeyTrouble when there is none."""
        return _point(self.intake_private(provider_id, key_id))

    def backup_key(self) -> ed25519.Ed25519PrivateKey:
        """What backups are signed with, so that a restore can tell ours from any other."""
        return _signing(self._load_or_make("backup.pem", _new_signing_pem))

    def known_backup_key(self) -> ed25519.Ed25519PublicKey | None:
        """The public half of the key that signed our backups; None when this keys folder never signed one."""
        content = self._load("backup.pem")
        return _signing(content).public_key() if content is not None else None

    def renew(self, name: str) -> None:
        """Put a new key in the place of `session.key`, `cursor.key` or `vapid.pem`. The old one is gone."""
        make = _new_pem if name.endswith(".pem") else _new_secret
        path = self.folder / name
        fresh = f"{name}.{secrets.token_hex(8)}"
        _put(self.folder, fresh, make())
        (self.folder / fresh).replace(path)
        _to_disk(self.folder)
        self._cursor = None

    def set_up_code(self) -> str:
        """The one-time code that lets the first manager make a provider, for as long as it is not spent."""
        return self._load_or_make("set-up.code", _new_code).decode()

    def is_set_up_code(self, code: str) -> bool:
        """Is this the code that was printed, however it was typed?"""
        content = self._load("set-up.code")
        if content is None:
            return False
        return secrets.compare_digest(_as_typed(code).encode(), _as_typed(content.decode()).encode())

    def spend_set_up_code(self) -> None:
        """A set-up code works once."""
        (self.folder / "set-up.code").unlink(missing_ok=True)

    def _intake_name(self, provider_id: UUID, key_id: UUID) -> str:
        return f"intake/{UUID(str(provider_id))}/{UUID(str(key_id))}.pem"

    def _secret(self, name: str) -> bytes:
        content = self._load_or_make(name, _new_secret)
        if len(content) != SECRET_BYTES:
            raise KeyTrouble(f"The key {self.folder / name} is damaged; bring it back from a backup.")
        return content

    def _load(self, name: str) -> bytes | None:
        path = self.folder / name
        try:
            with path.open("rb") as file:
                if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                    raise KeyTrouble(f"The key {path} is open to others; run: chmod 600 {path}")
                return file.read()
        except FileNotFoundError:
            return None
        except PermissionError as refusal:
            raise KeyTrouble(f"The key {path} belongs to another user of this machine.") from refusal

    def _load_or_make(self, name: str, make: Callable[[], bytes]) -> bytes:
        found = self._load(name)
        if found is not None:
            return found
        _put(self.folder, name, make())
        made = self._load(name)
        if made is None:
            raise KeyTrouble(f"The key {self.folder / name} vanished while it was being made.")
        return made


def _put(folder: Path, name: str, content: bytes) -> None:
    """Let `name` appear in `folder` whole and on disk, unless somebody else was first."""
    path = folder / name
    _private_folders(folder, path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
        _to_disk(path.parent)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)


def _private_folders(folder: Path, inner: Path) -> None:
    """Make `inner`, within `folder`, so that only its owner may enter; leave what stands above alone."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    missing = [inner, *inner.parents]
    for step in reversed(missing[: len(inner.relative_to(folder).parts) + 1]):
        step.mkdir(mode=0o700, exist_ok=True)


def _to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def _new_pem() -> bytes:
    return _pem(ec.generate_private_key(ec.SECP256R1()))


def _new_signing_pem() -> bytes:
    return _pem(ed25519.Ed25519PrivateKey.generate())


#: Letters and digits that nobody confuses when reading them aloud (Crockford's base 32).
CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _new_code() -> bytes:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}".encode()


def _as_typed(code: str) -> str:
    """A code as a person may type it: any case, with or without the dash, O for 0, I or L for 1."""
    bare = "".join(code.upper().split()).replace("-", "")
    return bare.translate(str.maketrans("OIL", "011"))


def _pem(private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _point(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def _private(pem: bytes, name: str) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except ValueError as damage:
        raise KeyTrouble(f"The key {name} is damaged; bring it back from a backup.") from damage
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeyTrouble(f"The key {name} is not a P-256 key.")
    return key


def _signing(pem: bytes) -> ed25519.Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except ValueError as damage:
        raise KeyTrouble("The key backup.pem is damaged; bring it back from a backup.") from damage
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise KeyTrouble("The key backup.pem is not an Ed25519 key.")
    return key
