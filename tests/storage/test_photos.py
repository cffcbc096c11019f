"""Photos in a folder: found again by their name, kept apart by provider, closed to everybody else."""

from __future__ import annotations

import stat
from pathlib import Path
from uuid import uuid4

from server.storage.photos import Photos


def test_a_photo_is_found_again_by_its_provider_and_its_name_alone(tmp_path: Path) -> None:
    photos = Photos((tmp_path / "photos").as_uri())
    provider, name = uuid4(), "ab" * 32
    photos.put(provider, name, b"a photo")
    photos.put(provider, name, b"a photo")
    assert Photos((tmp_path / "photos").as_uri()).get(provider, name) == b"a photo"
    assert photos.get(uuid4(), name) is None
    assert photos.get(provider, "cd" * 32) is None


def test_nobody_else_may_enter_the_folder(tmp_path: Path) -> None:
    Photos((tmp_path / "var" / "photos").as_uri())
    assert stat.S_IMODE((tmp_path / "var" / "photos").stat().st_mode) == 0o700


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "Ann's care & more" / "photos"
    photos = Photos(folder.as_uri())
    photos.put(uuid4(), "ab" * 32, b"a photo")
    assert [path.read_bytes() for path in folder.rglob("*") if path.is_file()] == [b"a photo"]
