"""Settings are read once; what is wrong is named all at once; nothing handy is let into production."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from server.config import SETTINGS, Config, WrongSettings

ROOT = Path(__file__).resolve().parent.parent
IN_PRODUCTION = {"HEED_ENV": "production", "HEED_PUBLIC_URL": "https://heed.meadow.example"}


def faults(**environ: str) -> list[str]:
    with pytest.raises(WrongSettings) as wrong:
        Config.from_environment(environ)
    return wrong.value.faults


def test_without_any_setting_it_runs_for_somebody_at_this_machine() -> None:
    config = Config.from_environment({})
    assert (config.port, config.host, config.embedded, config.production) == (8000, "127.0.0.1", True, False)
    assert config.home == ROOT / "var"
    assert config.public_url == "http://localhost:8000"


def test_every_wrong_setting_is_named_at_once() -> None:
    said = faults(
        PORT="eighty",
        DATABASE_URL="mysql://localhost/heed",
        HEED_ENV="staging",
        HEED_PROXIES="-1",
        HEED_PHOTOS="ftp://photos",
        HEED_PUBLIC_URL="heed.example",
        HEED_CONTACT="nobody",
    )
    for name in (
        "PORT",
        "DATABASE_URL",
        "HEED_ENV",
        "HEED_PROXIES",
        "HEED_PHOTOS",
        "HEED_PUBLIC_URL",
        "HEED_CONTACT",
    ):
        assert [words for words in said if words.startswith(f"{name} ")], name
    assert len(said) == 7
    assert all(words.endswith(".") for words in said)


def test_a_setting_that_is_misspelt_is_not_ignored() -> None:
    assert faults(HEED_PHOTO="file:///srv/photos") == [
        "HEED_PHOTO is not a setting of Heed. Did you mean HEED_PHOTOS?"
    ]


@pytest.mark.parametrize("port", ["0", "65536", "80.5", " ", "٨٠٠٠", "1e3"])
def test_a_port_is_a_number_that_a_port_can_have(port: str) -> None:
    if port.strip():
        assert faults(PORT=port)[0].startswith("PORT must be a whole number")
    else:
        assert Config.from_environment({"PORT": port}).port == 8000


@pytest.mark.parametrize(
    "address", ["postgres://h/heed", "postgresql://h/heed", "postgresql+psycopg://h/heed"]
)
def test_every_usual_spelling_of_a_postgresql_address_is_understood(address: str) -> None:
    assert Config.from_environment({"DATABASE_URL": address}).database_url == "postgresql+psycopg://h/heed"


def test_production_needs_the_address_that_phones_use() -> None:
    assert faults(HEED_ENV="production") == [
        "HEED_PUBLIC_URL must be the https:// address that phones use when HEED_ENV is production."
    ]


def test_the_push_hosts_of_the_tests_are_refused_in_production() -> None:
    assert Config.from_environment({"HEED_PUSH_HOSTS": "localhost:9000, 127.0.0.1"}).push_hosts == (
        "localhost:9000",
        "127.0.0.1",
    )
    [fault] = faults(**IN_PRODUCTION, HEED_PUSH_HOSTS="localhost:9000")
    assert fault.startswith("HEED_PUSH_HOSTS is for tests")


@pytest.mark.parametrize("password", ["", "postgres", "Password", "heed", "changeme", "care"])
def test_a_password_that_anybody_would_guess_is_refused_in_production(password: str) -> None:
    address = f"postgresql://care:{password}@db.meadow.example/heed"
    [fault] = faults(**IN_PRODUCTION, DATABASE_URL=address)
    assert fault.startswith("DATABASE_URL has a password that anybody would guess")


def test_a_long_password_or_a_private_socket_is_good_enough_for_production() -> None:
    for address in (
        "postgresql://heed:cWx6v1sZ8yQ0pE@db/heed",
        "postgresql://heed@/heed?host=/run/heed",
        "postgresql://heed@%2Frun%2Fheed/heed",
    ):
        assert Config.from_environment({**IN_PRODUCTION, "DATABASE_URL": address}).production


def test_photos_in_memory_are_refused_in_production() -> None:
    assert Config.from_environment({"HEED_PHOTOS": "memory:///"}).photos == "memory:///"
    assert faults(**IN_PRODUCTION, HEED_PHOTOS="memory:///")[0].startswith("HEED_PHOTOS may not be in memory")


def test_push_services_are_told_whom_to_ask() -> None:
    assert Config.from_environment(IN_PRODUCTION).contact == "https://heed.meadow.example"
    assert (
        Config.from_environment({"HEED_CONTACT": "mailto:it@meadow.example"}).contact
        == "mailto:it@meadow.example"
    )


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "var"
    file.touch()
    assert faults(HEED_HOME=str(file))[0].startswith("HEED_HOME must be a folder")


def test_with_wrong_settings_nothing_starts_and_each_is_said(tmp_path: Path) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "HEED_HOME": str(tmp_path / "var"),
        "PORT": "x",
        "HEED_PROXIES": "y",
    }
    done = subprocess.run(
        [sys.executable, "-m", "server.commands", "run"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "var").exists()


def test_every_setting_is_in_the_operator_s_table() -> None:
    page = (ROOT / "docs" / "operate.md").read_text()
    assert [name for name in sorted(SETTINGS) if f"| `{name}` |" not in page] == []
