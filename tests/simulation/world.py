"""The world of a simulation: a provider, its phones, a clock, a server with a disk, and what must always be true."""

from __future__ import annotations

import hashlib
import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import time_machine
from flask import Flask
from sqlalchemy import Row, select
from sqlalchemy.engine import make_url

from server.backup.epoch import declare_new_epoch, known_epochs
from server.backup.manifest import Manifest, Piece, Reached
from server.backup.record import record_verified
from server.extensions import db, work_for
from server.models import Entry, Quarantine, WorkerSession
from server.services.provider import provider_row
from tests import people
from tests.answers import concern, review, visit_note
from tests.simulation.network import Network
from tests.simulation.phone import Saved, SimPhone
from tests.simulation.schedule import Step

WRITERS = ("amina", "ben", "hana", "carol", "esther")
MIX = ("note", "note", "concern", "concern", "review", "correction")
#: How wrong a phone's clock may be.
CLOCKS = (timedelta(), timedelta(minutes=-7), timedelta(hours=3), timedelta(days=-900), timedelta(days=400))


_KEPT = select(
    Entry.key,
    Entry.id,
    Entry.device_id,
    Entry.device_seq,
    Entry.author_id,
    Entry.body,
    Entry.content_hash,
    Entry.received_at,
)


class Broken(AssertionError):
    """Something that must always be true is not."""


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
    saved: list[Saved] = field(default_factory=list)
    own: dict[str, list[Saved]] = field(default_factory=dict)
    snapshot: str | None = None
    #: What a backup made of the copy would say of itself.
    manifest: Manifest | None = None
    restored: int = 0

    def __post_init__(self) -> None:
        self.meadow = people.meadow(self.app)
        with self.app.app_context():
            self.network = Network(self.app, db.engine)
            work_for(self.meadow.id)
            # Weeks go by here, and nobody sets up a second step.
            provider_row().demo = True
            db.session.commit()
        self.phones = {name: self._new_phone(name) for name in self.writers}

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
        self.network.faults = []

    def quieten(self) -> None:
        """The storm is over: everybody signs in again if they must, and syncs until nothing changes any more."""
        self.network.deliver_late()
        for _ in range(4):
            self.clock.shift(timedelta(minutes=20))
            for phone in self.phones.values():
                phone.sync()
                if phone.must_sign_in or phone.must_sign_in_to_read:
                    phone.sign_in()
                    phone.sync()

    def check(self) -> None:
        """What must be true at every moment. Raises Broken."""
        with self.app.app_context():
            work_for(self.meadow.id)
            entries = {row.key: row for row in db.session.execute(_KEPT)}
            held = Counter(db.session.scalars(select(Quarantine.entry_id)))
            db.session.rollback()
        for saved in self.saved:
            self._check_saved(saved, entries, held)

    def _check_saved(self, saved: Saved, entries: dict[str, Row[Any]], held: Counter[str]) -> None:
        key, body = saved.written.key, saved.written.raw
        entry = entries.get(key)
        on_phone = [phone for phone in self.phones.values() if key in phone.outbox or key in phone.sent]
        if entry is None and not held[str(saved.written.id)] and not on_phone:
            raise Broken(f"I1: {key} was called saved and is nowhere")
        if entry is None:
            return
        if entry.content_hash != hashlib.sha256(body).digest():
            raise Broken(f"I2: {key} is not what was written")
        if entry.body != body or saved.claimed not in body.decode():
            raise Broken(f"I5: the phone's own time of {key} was changed")
        if not saved.at <= entry.received_at <= datetime.now(UTC):
            raise Broken(
                f"I5: {key} was received at {entry.received_at}, which is none of the server's moments"
            )
        if entry.author_id != UUID(saved.worker):
            raise Broken(f"I6: {key} has another author than who wrote it")
        if f"{entry.device_id}.{entry.id}" != key:
            raise Broken(f"I6: {key} has another device than it was written on")

    def check_quiet(self) -> None:
        """What must be true once the storm is over. Raises Broken."""
        self.check()
        with self.app.app_context():
            work_for(self.meadow.id)
            entries = db.session.execute(_KEPT).all()
            db.session.rollback()
        kept = {entry.key for entry in entries}
        for saved in self.saved:
            if saved.written.key not in kept:
                raise Broken(f"I12: {saved.written.key} never came back, or never came")
        for device, seqs in _by_device(entries).items():
            if sorted(seqs) != list(range(1, len(seqs) + 1)):
                raise Broken(f"I3: the chain of device {device} has a gap or a fork: {sorted(seqs)}")
        for name, phone in self.phones.items():
            if phone.outbox:
                raise Broken(f"I11: {name} still holds {len(phone.outbox)}: {phone.trouble}")
            self._check_reader(name, phone)

    def _check_reader(self, name: str, phone: SimPhone) -> None:
        fresh = self._new_phone(name)
        fresh.page = 500
        fresh.fetch()
        if _readable(fresh.entries) != _readable(phone.entries):
            missing = _readable(fresh.entries).keys() ^ _readable(phone.entries).keys()
            raise Broken(f"I4: {name}'s phone and a new one differ in entries: {missing or 'what they say'}")
        if _readable(fresh.standings) != _readable(phone.standings):
            raise Broken(f"I4: {name}'s phone and a new one differ in standings")

    def _new_phone(self, name: str) -> SimPhone:
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
        grace, north = self.meadow.people["grace"], self.meadow.services["north"]
        own = self.own.get(phone.phone.worker)
        match rng.choice(self.mix):
            case "review" if self.saved:
                about = rng.choice(self.saved).written.key
                said = review("no_further_action")
                return phone.write("review", said, service=north, person=grace, about=about)
            case "correction" if own:
                old = rng.choice(own)
                said = concern(grace) if old.form == "concern" else visit_note(grace)
                form = "concern" if old.form == "concern" else "visit-note"
                return phone.write(form, said, service=north, person=grace, replaces=old.written.key)
            case "concern":
                return phone.write("concern", concern(grace), service=north, person=grace)
            case _:
                return phone.write("visit-note", visit_note(grace), service=north, person=grace)

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

    def close(self) -> None:
        """Leave nothing behind."""
        if self.snapshot:
            _run(self.address, f"DROP DATABASE {self.snapshot}")


def _by_device(entries: Iterable[Row[Any]]) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = {}
    for entry in entries:
        found.setdefault(entry.device_id, []).append(entry.device_seq)
    return found


def _readable(kept: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What a reader sees of it; when it was seen first differs from copy to copy after a restore."""
    return {
        key: {name: value for name, value in item.items() if name != "kind"} for key, item in kept.items()
    }


def _plain(address: str) -> str:
    return address.replace("+psycopg", "", 1)


def _run(address: str, *statements: str) -> None:
    elsewhere = make_url(address).set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(_plain(elsewhere), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
