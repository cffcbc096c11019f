"""The world of a simulation: a provider, its phones, a clock, a server with a disk, and what must always be true."""

from __future__ import annotations

import random
import secrets
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import psycopg
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url

from server.backup.epoch import declare_new_epoch, known_epochs
from server.backup.manifest import Manifest, Piece, Reached
from server.backup.record import record_verified
from server.domain.errors import NotFound
from server.extensions import db, work_for
from server.models import WorkerSession
from server.services import looking_after
from server.services.provider import provider_row
from tests import people
from tests.answers import concern, review, visit_note
from tests.simulation import invariants
from tests.simulation.network import Network
from tests.simulation.phone import NEWEST, Saved, SimPhone
from tests.simulation.photo_lane import PICTURES, picture
from tests.simulation.schedule import Step

WRITERS = ("amina", "ben", "hana", "carol", "esther")
SUPPORTED = ("grace", "harold")
MIX = ("note", "note", "concern", "concern", "review", "correction")
#: So often everybody syncs once it is over.
ROUNDS = 4
#: How wrong a phone's clock may be.
CLOCKS = (timedelta(), timedelta(minutes=-7), timedelta(hours=3), timedelta(days=-900), timedelta(days=400))


@dataclass
class World:
    """Everything there is. Each step changes it; after each step the invariants are asked."""

    app: Flask
    address: str
    clock: time_machine.Coordinates
    make_phone: Callable[[Network, people.Phone], SimPhone] = SimPhone
    writers: Sequence[str] = WRITERS
    #: What they write, each as likely as the next.
    mix: Sequence[str] = MIX
    #: Which part of the notes has photos.
    photos: float = 0.3
    saved: list[Saved] = field(default_factory=list)
    own: dict[str, list[Saved]] = field(default_factory=dict)
    snapshot: str | None = None
    #: What a backup made of the copy would say of itself.
    manifest: Manifest | None = None
    restored: int = 0
    #: Who has left, and whose phone was taken back.
    left: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.meadow = people.meadow(self.app)
        with self.app.app_context():
            self.network = Network(self.app, db.engine)
            work_for(self.meadow.id)
            # Weeks go by here, and nobody sets up a second step.
            provider_row().demo = True
            db.session.commit()
        self._copied_photos: dict[str, bytes] = {}
        self.phones = {name: self.new_phone(name) for name in self.writers}

    def take(self, step: Step) -> None:
        """Let one thing happen."""
        phone = self.phones[step.who]
        self.network.faults = list(step.faults)
        match step.what:
            case "write":
                self.write(phone, random.Random(step.number))
            case "sync":
                phone.sync()
            case "wait":
                self.clock.shift(timedelta(minutes=step.number))
            case "late":
                self.network.deliver_late()
            case "clock":
                phone.clock = CLOCKS[step.number % len(CLOCKS)]
            case "session_ends":
                self._end_session(phone)
            case "sign_in":
                phone.sign_in()
            case "snapshot":
                self._copy_database()
            case "verify":
                self._verify_copy()
            case "restore":
                self._restore()
            case "leave" if step.who not in self.left:
                self._let_go(step.who, "left" if step.number % 2 else "revoked")
            case "update":
                # Now and then an app is ahead of the server, and writes what that does not know.
                phone.update(1 + step.number % (NEWEST + 1))
        self.network.faults = []

    def quieten(self) -> None:
        """The storm is over: everybody signs in again if they must, and syncs until nothing changes any more."""
        self.network.deliver_late()
        for _ in range(ROUNDS):
            self.clock.shift(timedelta(minutes=20))
            for phone in self.phones.values():
                phone.sync()
                if phone.must_sign_in or phone.must_sign_in_to_read:
                    phone.sign_in()
                    phone.sync()

    def check(self) -> None:
        """What must be true at every moment. Raises Broken."""
        invariants.check(self)

    def check_quiet(self) -> None:
        """What must be true once the storm is over. Raises Broken."""
        invariants.check_quiet(self)

    def new_phone(self, name: str) -> SimPhone:
        """Another phone of somebody's, signed in and empty."""
        own = people.Phone(self.app, f"{name}@{self.meadow.handle}")
        phone = self.make_phone(self.network, own)
        phone.sign_in()
        # Asked for while there is signal: without it nothing can be sealed.
        assert own.intake_key
        return phone

    def write(self, phone: SimPhone, rng: random.Random) -> None:
        """Somebody writes something."""
        saved = self._written(phone, rng)
        self.saved.append(saved)
        self.own.setdefault(saved.worker, []).append(saved)

    def _written(self, phone: SimPhone, rng: random.Random) -> Saved:
        north = self.meadow.services["north"]
        person = self.meadow.people[rng.choice(SUPPORTED)]
        own = self.own.get(phone.phone.worker)
        match rng.choice(self.mix):
            case "review" if self.saved:
                about = rng.choice(self.saved).written
                said, whose = review("no_further_action"), about.body["person"]
                return phone.write("review", said, service=north, person=whose, about=about.key)
            case "correction" if own:
                old = rng.choice(own)
                whose = UUID(old.written.body["person"])
                said = concern(whose) if old.form == "concern" else self._note(whose, phone)
                form = "concern" if old.form == "concern" else "visit-note"
                return phone.write(form, said, service=north, person=whose, replaces=old.written.key)
            case "concern":
                return phone.write("concern", concern(person), service=north, person=person)
            case _:
                taken = rng.randrange(1, 3) if rng.random() < self.photos else 0
                photos = [picture(number) for number in rng.sample(range(PICTURES), taken)]
                said = self._note(person, phone)
                return phone.write("visit-note", said, photos, service=north, person=person)

    @staticmethod
    def _note(person: UUID, phone: SimPhone) -> dict[str, Any]:
        """A visit note as the app on this phone asks for it."""
        return visit_note(person) | {f"more_{version}": "No." for version in range(2, phone.version + 1)}

    def _let_go(self, name: str, how: str) -> None:
        """Somebody leaves, or the phone of somebody is taken back. What it holds is handed in and not lost."""
        self.left[name] = how
        phone = self.phones[name]
        phone.is_left = True
        worker, carol = UUID(phone.phone.worker), self.meadow.workers["carol"]
        with self.app.app_context():
            work_for(self.meadow.id)
            at = datetime.now(UTC)
            if how == "left":
                looking_after.let_leave(self.meadow.id, worker, by=carol, at=at)
            else:
                device = UUID(phone.phone.device)
                looking_after.revoke_device(self.meadow.id, worker, device, by=carol, at=at)
            db.session.commit()

    def _end_session(self, phone: SimPhone) -> None:
        with self.app.app_context():
            work_for(self.meadow.id)
            for session in db.session.scalars(
                select(WorkerSession).where(WorkerSession.worker_id == UUID(phone.phone.worker))
            ):
                session.revoked_at = session.revoked_at or datetime.now(UTC)
            db.session.commit()

    def _copy_database(self) -> None:
        """Take a copy of the server's disk as it is now."""
        with self.app.app_context():
            db.engine.dispose()
        name = f"heed_copy_{secrets.token_hex(4)}"
        _run(self.address, f"CREATE DATABASE {name} TEMPLATE {make_url(self.address).database}")
        if self.snapshot:
            _run(self.address, f"DROP DATABASE {self.snapshot}")
        self.snapshot = name
        self.manifest = self._manifest()
        self._copied_photos = self._photo_files()

    def _manifest(self) -> Manifest:
        with psycopg.connect(_plain(self.address)) as connection:
            row = connection.execute(
                "SELECT id, epoch, seq FROM provider JOIN head ON provider_id = id"
            ).fetchone()
        assert row
        now, dump = datetime.now(UTC), Piece("copy/database.dump", 0, "")
        reached = [Reached(*row, chain_hash="", last_received_at=None)]
        return Manifest(uuid4(), "copy", now, "test", "", "", None, dump, reached, {}, [])

    def _verify_copy(self) -> None:
        """Somebody reads the copy back and finds it whole: phones may let go of what it holds."""
        if self.manifest:
            record_verified(self.address, self.manifest, datetime.now(UTC))

    def _restore(self) -> None:
        """The disk is lost; what was copied comes back, under a new epoch."""
        if self.snapshot is None:
            return
        self.restored += 1
        with self.app.app_context():
            db.engine.dispose()
        own = str(make_url(self.address).database)
        with psycopg.connect(_plain(self.address)) as connection:
            above = known_epochs(connection)
        _run(
            self.address,
            f"DROP DATABASE {own} WITH (FORCE)",
            f"CREATE DATABASE {own} TEMPLATE {self.snapshot}",
        )
        with psycopg.connect(_plain(self.address)) as connection:
            declare_new_epoch(connection, None, datetime.now(UTC), above)
        photos = self.app.extensions["photos"]
        shutil.rmtree(self._photo_folder, ignore_errors=True)
        for path, content in self._copied_photos.items():
            photos.bring_back(path, content)
        # Who left is still gone: the office says so again to the server that has forgotten.
        for name, how in self.left.items():
            # The copy may know of it already.
            with suppress(NotFound):
                self._let_go(name, how)

    @property
    def _photo_folder(self) -> Path:
        return Path(urlsplit(self.app.extensions["config"].photos).path) / str(self.meadow.id)

    def _photo_files(self) -> dict[str, bytes]:
        photos = self.app.extensions["photos"]
        mine = (path for path in photos.paths() if path.startswith(f"{self.meadow.id}/"))
        return {path: photos.read(path) for path in mine}

    def close(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._photo_folder, ignore_errors=True)
        if self.snapshot:
            _run(self.address, f"DROP DATABASE {self.snapshot}")


def _plain(address: str) -> str:
    return address.replace("+psycopg", "", 1)


def _run(address: str, *statements: str) -> None:
    elsewhere = make_url(address).set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(_plain(elsewhere), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
