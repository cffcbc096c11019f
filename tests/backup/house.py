"""An instance to back up: a keys folder, photos, a database of its own, Meadow Care in it, and the `heed` commands."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from PIL import Image

from server.app import create_app
from server.commands import main
from server.config import Config
from server.extensions import db
from tests.answers import visit_note
from tests.people import Phone, Provider, Written

#: Every row of every table of ours, in one hash: two databases with the same hash hold the same.
_TABLES = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname IN ('public', 'queue') ORDER BY 1
"""


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


@dataclass
class House:
    """One instance. `app` serves it until `closed` lets go of its connections."""

    home: Path
    database_url: str

    @property
    def environ(self) -> dict[str, str]:
        return {"HEED_HOME": str(self.home), "DATABASE_URL": self.database_url.replace("+psycopg", "", 1)}

    @contextmanager
    def serving(self) -> Iterator[Flask]:
        """Heed on this instance, which lets go of the database at the end, as when it is stopped."""
        app = create_app(Config.from_environment(self.environ))
        app.testing = True
        try:
            yield app
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()

    def heed(self, *words: str, **settings: str) -> Done:
        """Run a command on this instance, as an operator would."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            for name, value in (self.environ | settings).items():
                patch.setenv(name, value)
            with pytest.raises(SystemExit) as ended:
                main(list(words))
        code = ended.value.code
        if isinstance(code, str):
            err.write(code)
        return Done(code if isinstance(code, int) else int(code is not None), out.getvalue(), err.getvalue())

    def run(self, *words: str, **settings: str) -> str:
        """Run a command that must succeed; answers what it said."""
        done = self.heed(*words, **settings)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *words: str, **settings: str) -> str:
        """Run a command that must be refused with one plain sentence and no change; answers the sentence."""
        before = self.content()
        done = self.heed(*words, **settings)
        assert done.returncode == 1, (done.stdout, done.stderr)
        assert self.content() == before, "a refusal changed the database"
        assert "Traceback" not in done.stderr
        assert "did not expect" not in done.stderr
        return done.stderr.strip().splitlines()[-1]

    def content(self) -> dict[str, str]:
        """A hash of every table's rows, and of every photo's name."""
        found = {}
        with psycopg.connect(self.database_url.replace("+psycopg", "", 1)) as connection:
            for (table,) in connection.execute(_TABLES).fetchall():
                rows = f"SELECT md5(coalesce(string_agg(each::text, '|' ORDER BY each::text), '')) FROM {table} each"
                [found[table]] = connection.execute(rows.encode()).fetchone() or ("",)
        photos = self.home / "photos"
        found["photos"] = ",".join(sorted(path.name for path in photos.rglob("*") if path.is_file()))
        return found

    @property
    def database(self) -> str:
        """The name of its database."""
        return self.database_url.rpartition("/")[2].partition("?")[0]

    def held_keys(self) -> dict[str, bytes]:
        """Every key of the instance by name."""
        folder = self.home / "keys"
        return {
            str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
        }

    def ask(self, question: str) -> Any:
        """One value from the database, as its owner."""
        with psycopg.connect(self.database_url.replace("+psycopg", "", 1)) as connection:
            row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None


def picture(shade: int) -> bytes:
    """A photo that no other shade is equal to."""
    out = io.BytesIO()
    Image.new("RGB", (24, 24), (shade, 80, 120)).save(out, "JPEG")
    return out.getvalue()


def note(meadow: Provider, phone: Phone, *photos: bytes) -> Written:
    """A visit note about Grace, not sent yet."""
    grace = meadow.people["grace"]
    return phone.write(
        "visit-note", visit_note(grace), service=meadow.services["north"], person=grace, photos=photos
    )


def send_with_photo(meadow: Provider, phone: Phone, photo: bytes) -> Written:
    """A visit note with a photo, both sent."""
    entry = note(meadow, phone, photo)
    phone.send(entry)
    assert phone.send_photo(entry, photo).status_code == 200
    return entry


def manifest_of(backup: Path) -> tuple[Path, dict[str, Any]]:
    """The file of the only manifest in a place, and what it says."""
    [file] = backup.glob("*/manifest")
    return file, said_in(file)


def said_in(manifest: Path) -> dict[str, Any]:
    """What a manifest says, whoever signed it."""
    said: dict[str, Any] = json.loads(manifest.read_bytes().rpartition(b"\nsigned: ")[0])
    return said
