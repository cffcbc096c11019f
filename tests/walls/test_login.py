"""In production Heed works only with a login that row-level security holds."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from server.instance.login import LoginTrouble, demand_held_login

ROOT = Path(__file__).resolve().parents[2]

NewLogin = Callable[..., str]


@pytest.fixture(scope="module")
def open_door(database_server: str, test_home: Path) -> None:
    """Let the account that runs the tests come in by other logins than those of Heed."""
    names = test_home / "postgres" / "pg_ident.conf"
    if not names.exists():
        return  # a server that somebody named lets in whoever has the password
    names.write_text(names.read_text() + 'heed /^(.*)$ "/^heed_try_"\n')
    with psycopg.connect(database_server.replace("+psycopg", "", 1)) as connection:
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture
def new_login(fresh_database: str, open_door: None) -> Iterator[NewLogin]:
    """Makes a login with abilities and memberships, and answers the address of a database as it gets there."""
    made: list[str] = []
    connection = psycopg.connect(fresh_database.replace("+psycopg", "", 1), autocommit=True)

    def make(abilities: str = "", *becomes: str) -> str:
        name, password = f"heed_try_{secrets.token_hex(4)}", secrets.token_hex(16)
        login = sql.SQL("CREATE ROLE {} LOGIN NOINHERIT " + abilities + " PASSWORD {}")
        connection.execute(login.format(sql.Identifier(name), sql.Literal(password)))
        made.append(name)
        for role in becomes:
            connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(name)))
        address = make_url(fresh_database).set(username=name, password=password)
        return until_let_in(address.render_as_string(hide_password=False))

    yield make
    for name in made:
        connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))
    connection.close()


def test_a_login_that_can_only_serve_and_run_jobs_is_taken(new_login: NewLogin):
    demand_held_login(new_login("", "heed_web", "heed_jobs"))


@pytest.mark.parametrize(
    ("abilities", "becomes", "said"),
    [
        ("SUPERUSER", (), " is a superuser"),
        ("BYPASSRLS", ("heed_web",), " goes round row-level security"),
        ("CREATEROLE", ("heed_web",), " may make roles"),
        ("", ("heed_web", "heed_backup"), " can become heed_backup, which goes round row-level security"),
    ],
)
def test_a_login_that_no_wall_holds_is_refused_in_one_sentence(
    new_login: NewLogin, abilities: str, becomes: tuple[str, ...], said: str
):
    with pytest.raises(LoginTrouble, match=said) as refused:
        demand_held_login(new_login(abilities, *becomes))
    assert len(str(refused.value).splitlines()) == 1


def test_a_login_that_owns_a_table_is_refused(new_login: NewLogin, fresh_database: str):
    address = new_login("", "heed_web")
    name = make_url(address).username or ""
    with psycopg.connect(fresh_database.replace("+psycopg", "", 1)) as connection:
        connection.execute(sql.SQL("ALTER TABLE entry OWNER TO {}").format(sql.Identifier(name)))
    with pytest.raises(LoginTrouble, match=f"{name} owns the tables"):
        demand_held_login(address)


@pytest.mark.parametrize("command", ["web", "jobs"])
def test_nothing_serves_in_production_with_a_login_that_no_wall_holds(
    new_login: NewLogin, tmp_path: Path, command: str
):
    """Nothing but the reason is said, and nothing was started."""
    done = heed(command, tmp_path, new_login("SUPERUSER"))
    assert done.returncode == 1
    [sentence] = done.stderr.splitlines()
    assert "is a superuser" in sentence
    assert done.stdout == ""


def test_no_other_server_serves_it_either(new_login: NewLogin, tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=in_production(tmp_path, new_login("BYPASSRLS")),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "LoginTrouble: In production Heed does not work with the database login" in done.stderr


def test_what_heed_brings_itself_serves_with_a_login_that_the_walls_hold(tmp_path: Path, test_home: Path):
    """The first start in production on the embedded database migrates as its owner and serves as somebody else."""
    home = test_home / "in-production"
    home.mkdir()
    done = heed("tick", home, "")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "0 raised, 0 sent."


def until_let_in(address: str) -> str:
    """The address, once the server has read again whom it lets in."""
    for _ in range(100):
        try:
            psycopg.connect(address.replace("+psycopg", "", 1)).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return address
    raise AssertionError("the server does not let the new login in")


def heed(command: str, home: Path, database: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server.commands", command],
        cwd=ROOT,
        env=in_production(home, database),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def in_production(home: Path, database: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HEED_HOME": str(home),
        "HEED_ENV": "production",
        "HEED_PUBLIC_URL": "https://heed.example.org",
        "DATABASE_URL": database,
        "PORT": "18473",
    }
