"""A backup holds everything, appears whole or not at all, and comes back as it was."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import psycopg
import pytest

from tests import people
from tests.backup.house import House, manifest_of, note, picture, said_in, send_with_photo
from tests.people import Provider


def fill(house: House) -> Provider:
    """Two notes with a photo each."""
    with house.serving() as app:
        meadow = people.meadow(app)
        for shade in (10, 20):
            send_with_photo(meadow, meadow.amina, picture(shade))
    return meadow


def owner(house: House, *statements: str) -> None:
    """Do something to the database that no service of ours would do."""
    with psycopg.connect(house.database_url.replace("+psycopg", "", 1)) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def verified(house: House) -> int:
    count: int = house.ask("SELECT count(*) FROM backup")
    return count


def test_everything_comes_back_and_the_old_database_is_kept(house: House, tmp_path: Path) -> None:
    meadow = fill(house)
    before = house.content()
    house.run("backup", str(tmp_path / "backup"))
    with house.serving() as app:
        meadow.app, meadow.amina.client = app, app.test_client()
        meadow.amina.send(note(meadow, meadow.amina))
    for photo in (house.home / "photos").rglob("*"):
        if photo.is_file():
            photo.unlink()
    said = json.loads(house.run("restore", "--json", str(tmp_path / "backup")))
    after = house.content()
    changed = {table for table in before if before[table] != after[table]}
    assert changed == {"public.provider", "public.restoration"}
    assert said["entries"] == 2
    assert said["photos"] == 2
    assert house.ask("SELECT count(*) FROM entry") == 2
    kept = House(
        house.home,
        house.database_url.replace(house.database_url.split("/")[-1].split("?")[0], said["old_database"]),
    )
    assert kept.ask("SELECT count(*) FROM entry") == 3
    house.run("discard", said["old_database"])
    assert house.ask("SELECT count(*) FROM pg_database WHERE datname LIKE '%_before_%'") == 0


def test_a_restore_begins_an_epoch_that_never_was_and_records_it(house: House, tmp_path: Path) -> None:
    fill(house)
    house.run("backup", str(tmp_path / "backup"))
    epochs = [house.ask("SELECT epoch FROM provider")]
    for _ in range(2):
        # Twice from the same backup, which knows only of the first epoch.
        kept = json.loads(house.run("restore", "--json", str(tmp_path / "backup")))["old_database"]
        house.run("discard", kept)
        epochs.append(house.ask("SELECT epoch FROM provider"))
    assert epochs == sorted(set(epochs))
    assert house.ask("SELECT epoch FROM restoration") == epochs[-1]
    assert house.ask("SELECT restoration.seq = head.seq FROM restoration, head")
    assert verified(house) == 0, "what an older numbering said of backups holds no more"


def test_a_drill_changes_nothing_and_says_how_long_it_took(house: House, tmp_path: Path) -> None:
    fill(house)
    house.run("backup", str(tmp_path / "backup"))
    before = house.content()
    said = json.loads(house.run("restore", "--drill", "--json", str(tmp_path / "backup")))
    assert house.content() == before
    assert said["seconds"] > 0
    assert {"signature", "hashes", "rows", "chain"} <= set(said["checked"])
    assert "The drill went well" in house.run("restore", "--drill", str(tmp_path / "backup"))
    assert house.ask("SELECT count(*) FROM pg_database WHERE datname LIKE '%_drill_%'") == 0


def test_a_photo_is_copied_once(house: House, tmp_path: Path) -> None:
    meadow = fill(house)
    place = tmp_path / "backup"
    house.run("backup", str(place))
    copied = {path: path.stat().st_mtime_ns for path in (place / "photos").rglob("*") if path.is_file()}
    with house.serving() as app:
        meadow.amina.client = app.test_client()
        send_with_photo(meadow, meadow.amina, picture(30))
    house.run("backup", str(place))
    now = {path: path.stat().st_mtime_ns for path in (place / "photos").rglob("*") if path.is_file()}
    assert len(copied) == 2
    assert len(now) == 3
    assert copied.items() <= now.items()
    assert verified(house) == 2


def test_a_backup_that_fails_leaves_no_backup(house: House, tmp_path: Path) -> None:
    fill(house)
    photo = next(path for path in (house.home / "photos").rglob("*") if path.is_file())
    photo.write_bytes(b"something else")
    assert "is damaged" in house.refused("backup", str(tmp_path / "backup"))
    assert list((tmp_path / "backup").glob("*/*")) == []
    assert verified(house) == 0


def test_a_backup_that_cannot_be_read_back_is_not_relied_on(house: House, tmp_path: Path) -> None:
    fill(house)
    place = tmp_path / "backup"
    house.run("backup", str(place))
    owner(house, "DELETE FROM backup")
    dump = next(place.glob("*/database.dump"))
    whole = dump.read_bytes()
    dump.write_bytes(whole[:-1])
    assert "was cut off" in house.refused("backup", "--verify", str(place))
    assert verified(house) == 0
    dump.write_bytes(whole)
    assert "is whole" in house.run("backup", "--verify", str(place))
    assert verified(house) == 1


def test_entries_that_somebody_changed_in_the_database_are_noticed(house: House, tmp_path: Path) -> None:
    fill(house)
    owner(
        house,
        "ALTER TABLE entry NO FORCE ROW LEVEL SECURITY",
        "UPDATE entry SET body = 'another' WHERE seq = (SELECT min(seq) FROM entry)",
        "ALTER TABLE entry FORCE ROW LEVEL SECURITY",
    )
    assert "is broken at entry" in house.refused("backup", str(tmp_path / "backup"))
    assert verified(house) == 0
    assert "is broken at entry" in house.refused("restore", str(tmp_path / "backup"))


def test_an_encrypted_backup_shows_nothing_and_opens_with_its_key_alone(house: House, tmp_path: Path) -> None:
    fill(house)
    recipient = (
        house.run("backup-key", str(tmp_path / "mine.txt")).strip().removeprefix("HEED_BACKUP_RECIPIENT=")
    )
    house.run("backup-key", str(tmp_path / "another.txt"))
    assert stat.S_IMODE((tmp_path / "mine.txt").stat().st_mode) == 0o600
    place = str(tmp_path / "backup")
    house.run("backup", place, HEED_BACKUP_RECIPIENT=recipient)
    stored = [path for path in (tmp_path / "backup").rglob("*") if path.is_file() and path.name != "manifest"]
    assert {path.suffix for path in stored} == {".age"}
    assert all(path.read_bytes().startswith(b"age-encryption.org/v1") for path in stored)
    assert "--identity" in house.refused("restore", place)
    assert "does not open" in house.refused("restore", place, "--identity", str(tmp_path / "another.txt"))
    house.run("restore", place, "--identity", str(tmp_path / "mine.txt"))
    assert house.ask("SELECT count(*) FROM entry") == 2


def test_a_backup_is_taken_with_a_new_key_into_the_place_of_the_old_one(house: House, tmp_path: Path) -> None:
    fill(house)
    place, key = str(tmp_path / "backup"), house.home / "keys" / "backup.pem"
    house.run("backup", place)
    [earlier] = [each.name for each in Path(place).iterdir() if each.name != "photos"]
    key.rename(tmp_path / "old.pem")
    house.run("backup", place)
    assert house.heed("restore", "--drill", "--backup", earlier, place).returncode == 1
    (tmp_path / "old.pem").rename(key)
    house.run("restore", "--drill", "--backup", earlier, place)


def test_a_backup_to_a_new_recipient_leaves_those_to_the_old_one_whole(house: House, tmp_path: Path) -> None:
    fill(house)
    place = str(tmp_path / "backup")
    for name in ("mine", "another"):
        said = house.run("backup-key", str(tmp_path / f"{name}.txt")).strip().split("=")
        house.run("backup", place, **dict([said]))
    recipients = {said_in(each)["recipient"]: each.parent.name for each in Path(place).glob("*/manifest")}
    assert len(recipients) == 2
    for name in ("mine", "another"):
        identity = tmp_path / f"{name}.txt"
        [folder] = [each for to, each in recipients.items() if to in identity.read_text()]
        house.run("restore", "--drill", "--backup", folder, "--identity", str(identity), place)


def test_a_backup_names_photos_that_are_nowhere(house: House, tmp_path: Path) -> None:
    fill(house)
    photo = next(path for path in (house.home / "photos").rglob("*") if path.is_file())
    photo.unlink()
    done = house.heed("backup", str(tmp_path / "backup"))
    assert done.returncode == 0
    assert photo.name in done.stderr
    _, said = manifest_of(tmp_path / "backup")
    assert [name.rpartition("/")[2] for name in said["missing_photos"]] == [photo.name]


def test_a_backup_never_lies_in_the_instance_itself(house: House) -> None:
    fill(house)
    assert "instance folder" in house.refused("backup", str(house.home / "backup"))


@pytest.mark.parametrize("sealed", [False, True], ids=["plain", "encrypted"])
def test_keys_lie_apart_and_come_back(house: House, tmp_path: Path, sealed: bool) -> None:
    fill(house)
    settings: dict[str, str] = {}
    identity: list[str] = []
    if sealed:
        settings = dict([house.run("backup-key", str(tmp_path / "mine.txt")).strip().split("=")])
        identity = ["--identity", str(tmp_path / "mine.txt")]
    backup, keys = str(tmp_path / "backup"), str(tmp_path / "keys")
    house.run("backup", backup, **settings)
    house.run("backup", "--keys", keys, **settings)
    assert "somewhere else" in house.refused("backup", "--keys", backup, **settings)
    assert "somewhere else" in house.refused("backup", keys, **settings)
    assert "already" in house.refused("restore", "--keys", keys, *identity)
    anew = House(tmp_path / "anew", house.database_url)
    anew.run("restore", "--keys", keys, *identity)
    assert anew.held_keys() == house.held_keys()
    assert {stat.S_IMODE((anew.home / "keys" / name).stat().st_mode) for name in anew.held_keys()} == {0o600}
    anew.run("restore", backup, *identity)
    assert anew.ask("SELECT count(*) FROM entry") == 2
