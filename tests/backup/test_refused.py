"""What a restore refuses, each time with one plain sentence and with the target's every row and photo as before."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from server.backup.manifest import read_manifest
from server.instance.keys import Keys
from tests.backup.house import House, manifest_of

Damage = Callable[[Path, House], None]


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _change_one_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


def _photos(backup: Path) -> list[Path]:
    return sorted(path for path in (backup / "photos").rglob("*") if path.is_file())


def _say_otherwise(backup: Path, house: House, **changes: Any) -> None:
    """Sign the manifest again with our own key, saying something else: damage that no signature shows."""
    file, _ = manifest_of(backup)
    key = Keys(house.home / "keys").backup_key()
    manifest = read_manifest(file.read_bytes(), key.public_key())
    file.write_bytes(type(manifest)(**{**vars(manifest), **changes}).signed(key))


def _cut_database(backup: Path, house: House) -> None:
    _cut(next(backup.glob("*/database.dump")))


def _changed_database(backup: Path, house: House) -> None:
    _change_one_byte(next(backup.glob("*/database.dump")))


def _no_database(backup: Path, house: House) -> None:
    next(backup.glob("*/database.dump")).unlink()


def _missing_photo(backup: Path, house: House) -> None:
    _photos(backup)[0].unlink()


def _cut_photo(backup: Path, house: House) -> None:
    _cut(_photos(backup)[0])


def _swapped_photos(backup: Path, house: House) -> None:
    one, other, *_ = _photos(backup)
    aside = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(aside)


def _cut_manifest(backup: Path, house: House) -> None:
    _cut(manifest_of(backup)[0])


def _empty_manifest(backup: Path, house: House) -> None:
    manifest_of(backup)[0].write_bytes(b"")


def _unsigned_manifest(backup: Path, house: House) -> None:
    file, said = manifest_of(backup)
    file.write_text(json.dumps(said))


def _changed_manifest(backup: Path, house: House) -> None:
    file, _ = manifest_of(backup)
    file.write_bytes(file.read_bytes().replace(b'"public.entry": 2', b'"public.entry": 1'))


def _forged_manifest(backup: Path, house: House) -> None:
    stranger = House(backup.parent / "stranger", house.database_url)
    file, _ = manifest_of(backup)
    manifest = read_manifest(file.read_bytes(), Keys(house.home / "keys").backup_key().public_key())
    file.write_bytes(manifest.signed(Keys(stranger.home / "keys").backup_key()))


def _renamed_folder(backup: Path, house: House) -> None:
    file, _ = manifest_of(backup)
    file.parent.rename(backup / "29991231T000000Z-00000000")


def _never_finished(backup: Path, house: House) -> None:
    manifest_of(backup)[0].unlink()


def _newer_schema(backup: Path, house: House) -> None:
    _say_otherwise(backup, house, schema="9999")


def _other_counts(backup: Path, house: House) -> None:
    _, said = manifest_of(backup)
    _say_otherwise(backup, house, tables=said["tables"] | {"public.entry": 3})


def _other_chain(backup: Path, house: House) -> None:
    file, _ = manifest_of(backup)
    manifest = read_manifest(file.read_bytes(), Keys(house.home / "keys").backup_key().public_key())
    [reached] = manifest.providers
    other = type(reached)(**{**vars(reached), "chain_hash": "00" * 32})
    _say_otherwise(backup, house, providers=[other])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_cut_database, "was cut off or changed"),
        (_changed_database, "was changed since the backup was made"),
        (_no_database, "is missing from this backup"),
        (_missing_photo, "is missing from this backup"),
        (_cut_photo, "was cut off or changed"),
        (_swapped_photos, "changed"),
        (_cut_manifest, "was changed, or was signed with another key"),
        (_empty_manifest, "was changed, or was signed with another key"),
        (_unsigned_manifest, "was changed, or was signed with another key"),
        (_changed_manifest, "was changed, or was signed with another key"),
        (_forged_manifest, "was changed, or was signed with another key"),
        (_renamed_folder, "belongs to the backup"),
        (_never_finished, "There is no finished backup"),
        (_newer_schema, "does not know"),
        (_other_counts, "came back with 2 rows instead of 3"),
        (_other_chain, "did not come back as the manifest says"),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_a_damaged_backup_changes_nothing(backed_up: House, backup: Path, damage: Damage, words: str) -> None:
    damage(backup, backed_up)
    assert words in backed_up.refused("restore", str(backup))
    assert backed_up.ask("SELECT count(*) FROM pg_database WHERE datname LIKE '%_restored_%'") == 0


def test_a_place_without_a_backup_changes_nothing(backed_up: House, tmp_path: Path) -> None:
    assert "There is no finished backup" in backed_up.refused("restore", str(tmp_path / "nothing"))


def test_a_keys_folder_that_never_signed_brings_none_back(
    backed_up: House, backup: Path, tmp_path: Path
) -> None:
    elsewhere = House(tmp_path / "elsewhere", backed_up.database_url)
    assert "Bring the keys back first" in elsewhere.refused("restore", str(backup))


def test_without_the_intake_keys_nothing_is_replaced(backed_up: House, backup: Path, tmp_path: Path) -> None:
    half = House(tmp_path / "half", backed_up.database_url)
    shutil.copytree(backed_up.home, half.home)
    shutil.rmtree(half.home / "keys" / "intake")
    assert "intake key" in half.refused("restore", str(backup))


def test_nothing_is_replaced_while_somebody_uses_it(backed_up: House, backup: Path) -> None:
    with psycopg.connect(backed_up.database_url.replace("+psycopg", "", 1)):
        assert "stop Heed on every machine" in backed_up.refused("restore", str(backup))


def test_only_what_a_restore_kept_can_be_thrown_away(backed_up: House) -> None:
    assert "stays" in backed_up.refused("discard", backed_up.database)
    assert "stays" in backed_up.refused("discard", "postgres")
