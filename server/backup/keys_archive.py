"""The keys, apart from everything that they open: an archive of the keys folder in a place of its own."""

from __future__ import annotations

import io
import os
import tarfile
from datetime import datetime
from pathlib import Path, PurePosixPath

from server.backup.seal import SUFFIX, Identity, Recipient
from server.backup.trouble import BackupTrouble
from server.storage.backup_place import BackupPlace

_PREFIX = "heed-keys-"


def demand_no_keys(place: BackupPlace) -> None:
    """Refuse a place that holds keys: whoever takes it must not get what they open with it."""
    if any(name.startswith(_PREFIX) for name in place.files()):
        raise BackupTrouble(f"{place.url} holds the keys; put the database and the photos somewhere else.")


def put_keys(folder: Path, place: BackupPlace, recipient: Recipient | None, at: datetime) -> str:
    """Put every key into one archive; answers its name. Raises BackupTrouble when a backup lies in that place."""
    if place.folders():
        raise BackupTrouble(
            f"{place.url} holds a backup or something else; the keys open it, so they must lie somewhere else."
        )
    content = _archive(folder)
    name = f"{_PREFIX}{at:%Y%m%dT%H%M%SZ}.tar"
    if recipient is not None:
        name, content = f"{name}{SUFFIX}", recipient.seal(content)
    place.put(name, content)
    if place.get(name) != content:
        raise BackupTrouble(f"The keys in {place.url} are not what was put there; try again.")
    return name


def bring_keys_back(folder: Path, place: BackupPlace, identity: Identity | None) -> list[str]:
    """Put the newest keys of a place into an empty keys folder; answers their names.

    Raises BackupTrouble when keys are there already, or when the archive is damaged or cannot be decrypted.
    """
    if folder.exists() and any(path.is_file() for path in folder.rglob("*")):
        raise BackupTrouble(f"There are keys in {folder} already; move them away first.")
    found = sorted(name for name in place.files() if name.startswith(_PREFIX))
    if not found:
        raise BackupTrouble(f"There are no keys in {place.url}.")
    content = place.get(found[-1])
    if found[-1].endswith(SUFFIX):
        if identity is None:
            raise BackupTrouble(
                "These keys are encrypted; name the file with the secret key: --identity FILE."
            )
        content = identity.open(content)
    keys = _read_archive(content)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, key in keys.items():
        _write(folder, name, key)
    return sorted(keys)


def _archive(folder: Path) -> bytes:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    if not files:
        raise BackupTrouble(f"There are no keys in {folder} yet.")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path in files:
            archive.add(path, arcname=path.relative_to(folder).as_posix(), recursive=False)
    return packed.getvalue()


def _read_archive(content: bytes) -> dict[str, bytes]:
    """Every key by name. Raises BackupTrouble for an archive that is damaged or names a place outside the folder."""
    keys: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for member in archive:
                file = archive.extractfile(member)
                name = PurePosixPath(member.name)
                if file is None or name.is_absolute() or ".." in name.parts:
                    raise BackupTrouble(f"The archive of keys holds {member.name}, which is no key.")
                keys[member.name] = file.read()
    except tarfile.TarError as damage:
        raise BackupTrouble("The archive of keys is damaged.") from damage
    return keys


def _write(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    for step in reversed(path.relative_to(folder).parents):
        (folder / step).mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
