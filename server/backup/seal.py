"""Encrypting a backup to somebody whose secret key is not on the server (the age format, X25519)."""

from __future__ import annotations

from pathlib import Path

import pyrage

from server.backup.trouble import BackupTrouble

#: What encrypted things are called after, so that the `age` program opens them too.
SUFFIX = ".age"


class Recipient:
    """Whom backups are encrypted to: the public half, as in age1…"""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._key = pyrage.x25519.Recipient.from_str(text)
        except pyrage.RecipientError as wrong:
            raise BackupTrouble(
                "HEED_BACKUP_RECIPIENT is not the public half of a key, which begins with age1."
            ) from wrong

    def seal_file(self, plain: Path, sealed: Path) -> None:
        pyrage.encrypt_file(str(plain), str(sealed), [self._key])

    def seal(self, content: bytes) -> bytes:
        sealed: bytes = pyrage.encrypt(content, [self._key])
        return sealed


class Identity:
    """The secret half, which opens backups. It is read from a file that its owner brings along."""

    def __init__(self, file: Path) -> None:
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        secret = next((line for line in lines if line.startswith("AGE-SECRET-KEY-")), "")
        try:
            self._key = pyrage.x25519.Identity.from_str(secret)
        except pyrage.IdentityError as wrong:
            raise BackupTrouble(
                f"There is no secret key in {file}; its line begins with AGE-SECRET-KEY-."
            ) from wrong

    @property
    def recipient(self) -> str:
        return str(self._key.to_public())

    def open_file(self, sealed: Path, plain: Path) -> None:
        """Raises BackupTrouble when it was sealed to somebody else, or is damaged."""
        try:
            pyrage.decrypt_file(str(sealed), str(plain), [self._key])
        except pyrage.DecryptError as wrong:
            raise BackupTrouble(_WRONG_KEY) from wrong

    def open(self, sealed: bytes) -> bytes:
        """Raises BackupTrouble when it was sealed to somebody else, or is damaged."""
        try:
            content: bytes = pyrage.decrypt(sealed, [self._key])
        except pyrage.DecryptError as wrong:
            raise BackupTrouble(_WRONG_KEY) from wrong
        return content


_WRONG_KEY = "This key does not open the backup; bring the secret key that belongs to its recipient."


def new_identity(file: Path) -> str:
    """Write a new secret key into a file that was not there, readable by its owner alone; answers its public half."""
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError as there:
        raise BackupTrouble(f"{file} is there already, and a key is never written over.") from there
    file.write_text(f"# opens backups of Heed; public half: {public}\n{identity}\n", encoding="utf-8")
    return public
