"""Keys are made once, kept from everybody else, and never made anew over one that is damaged."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.instance.keys import Keys, KeyTrouble


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "var" / "keys")


def test_a_key_is_made_when_it_is_first_asked_for_and_then_stays(keys: Keys) -> None:
    again = Keys(keys.folder)
    assert keys.session_secret() == again.session_secret()
    assert keys.cursor_key() == again.cursor_key()
    assert keys.vapid().public_bytes == again.vapid().public_bytes


def test_no_two_keys_and_no_two_instances_have_the_same(keys: Keys, tmp_path: Path) -> None:
    other = Keys(tmp_path / "other")
    secrets = {keys.session_secret(), keys.cursor_key(), other.session_secret(), other.cursor_key()}
    assert len(secrets) == 4
    assert {len(secret) for secret in secrets} == {32}


def test_nobody_else_may_read_a_key_or_enter_its_folder(keys: Keys) -> None:
    keys.session_secret()
    keys.vapid()
    keys.make_intake(uuid4())
    for path in [keys.folder, *keys.folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_key_that_is_open_to_others_is_not_used(keys: Keys) -> None:
    keys.session_secret()
    (keys.folder / "session.key").chmod(0o640)
    with pytest.raises(KeyTrouble, match=r"is open to others; run: chmod 600"):
        keys.session_secret()


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 33])
def test_a_damaged_secret_is_said_and_not_replaced(keys: Keys, damage: bytes) -> None:
    keys.session_secret()
    (keys.folder / "session.key").write_bytes(damage)
    with pytest.raises(KeyTrouble, match="is damaged"):
        keys.session_secret()
    assert (keys.folder / "session.key").read_bytes() == damage


def test_a_damaged_key_pair_is_said_and_not_replaced(keys: Keys) -> None:
    keys.vapid()
    (keys.folder / "vapid.pem").write_bytes(b"-----BEGIN PRIVATE KEY-----\n")
    with pytest.raises(KeyTrouble, match="is damaged"):
        keys.vapid()


def test_many_that_ask_at_once_all_get_the_one_that_was_first(keys: Keys) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: Keys(keys.folder).session_secret(), range(64)))
    assert len(set(made)) == 1
    assert [path.name for path in keys.folder.iterdir()] == ["session.key"]


def test_the_private_half_of_an_intake_key_is_found_by_its_id(keys: Keys) -> None:
    provider = uuid4()
    (first, first_public), (second, second_public) = keys.make_intake(provider), keys.make_intake(provider)
    assert first != second
    for key_id, public in ((first, first_public), (second, second_public)):
        private = keys.intake_private(provider, key_id)
        assert isinstance(private.curve, ec.SECP256R1)
        assert private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint) == public


def test_one_provider_s_intake_key_is_not_another_s(keys: Keys) -> None:
    key_id, _ = keys.make_intake(uuid4())
    with pytest.raises(KeyTrouble, match="is not in"):
        keys.intake_private(uuid4(), key_id)


def test_the_set_up_code_works_however_it_is_typed_and_only_until_it_is_spent(keys: Keys) -> None:
    assert not keys.is_set_up_code("")
    code = keys.set_up_code()
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("0", "O").replace("1", "l")):
        assert keys.is_set_up_code(typed)
    assert not keys.is_set_up_code(code[:-1])
    keys.spend_set_up_code()
    assert not keys.is_set_up_code(code)
    assert keys.set_up_code() != code
