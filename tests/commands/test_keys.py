"""The keys of an instance: listed, changed when somebody may have read them, and demanded before anything is served."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask

from server.commands import main
from server.commands.on_instance import demand_keys
from server.extensions import db, work_for
from server.instance.keys import Keys, KeyTrouble
from server.services.intake_key import KeysElsewhere, change_intake_key
from server.services.provider import provider_row
from tests.answers import visit_note
from tests.people import Provider


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """The keys of an instance that a command works on."""
    monkeypatch.setenv("HEED_HOME", str(tmp_path))
    keys = Keys(tmp_path / "keys")
    keys.session_secret()
    keys.cursor_key()
    keys.vapid()
    keys.make_intake(uuid4())
    return keys


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return int(ended.value.code or 0)


def test_every_key_is_listed_with_what_it_is_for_and_none_is_shown(
    kept: Keys, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("keys") == 0
    said = capsys.readouterr().out
    for name in ("session.key", "cursor.key", "vapid.pem", "intake/"):
        assert name in said
    assert "made by Heed" not in said
    assert kept.session_secret().hex() not in said
    assert "PRIVATE" not in said


@pytest.mark.parametrize("name", ["session", "cursor", "vapid"])
def test_a_changed_key_is_another_and_the_others_stay(
    kept: Keys, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def each() -> dict[str, bytes]:
        # As Heed finds them when it is started again.
        found = Keys(kept.folder)
        return {
            "session": found.session_secret(),
            "cursor": found.cursor_key(),
            "vapid": found.vapid().public_bytes,
        }

    before = each()
    assert run("keys", "change", name) == 0
    after = each()
    assert {each for each in before if before[each] != after[each]} == {name}
    assert "Restart Heed" in capsys.readouterr().out
    assert not [path for path in kept.folder.iterdir() if path.name.count(".") > 1], (
        "nothing is left lying about"
    )


def test_whose_intake_key_must_be_said(kept: Keys, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("keys", "change", "intake") == 2
    assert "--provider" in capsys.readouterr().err


def test_phones_seal_to_a_changed_intake_key_and_what_was_sealed_before_still_opens(
    app: Flask, meadow: Provider
) -> None:
    grace, north = meadow.people["grace"], meadow.services["north"]
    early = meadow.amina.write("visit-note", visit_note(grace), service=north, person=grace)
    before = meadow.amina.intake_key["id"]
    with app.app_context():
        work_for(meadow.id)
        change_intake_key(meadow.id, app.extensions["keys"].make_intake, provider_row().made_at)
        db.session.commit()
    assert meadow.ben.intake_key["id"] != before
    late = meadow.ben.write("visit-note", visit_note(grace), service=north, person=grace)
    assert [outcome["outcome"] for outcome in meadow.amina.send(early)] == ["accepted"]
    assert [outcome["outcome"] for outcome in meadow.ben.send(late)] == ["accepted"]


def test_a_database_with_its_own_keys_is_served(app: Flask, meadow: Provider, riverside: Provider) -> None:
    with app.app_context():
        demand_keys()


def test_a_database_without_its_keys_is_not_served_and_the_missing_one_is_named(
    app: Flask, meadow: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "keys", Keys(tmp_path / "empty"))
    with app.app_context(), pytest.raises(KeyTrouble, match=r"The intake key [0-9a-f-]{36} is not in"):
        demand_keys()


def test_a_key_that_was_swapped_for_another_is_found_out(
    app: Flask, meadow: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "keys"
    shutil.copytree(app.extensions["keys"].folder, folder)
    swapped = Keys(folder)
    [mine] = (folder / "intake" / str(meadow.id)).iterdir()
    other, _ = swapped.make_intake(meadow.id)
    (folder / "intake" / str(meadow.id) / f"{other}.pem").replace(mine)
    monkeypatch.setitem(app.extensions, "keys", swapped)
    with app.app_context(), pytest.raises(KeysElsewhere, match="of meadow is not the one"):
        demand_keys()
