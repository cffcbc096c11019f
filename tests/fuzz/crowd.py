"""Everybody who could ask something: one worker in each role, somebody of another provider, and nobody."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import update

from server.domain.role import Role
from server.extensions import db, work_for
from server.models import Worker
from tests import factories, people
from tests.answers import concern, visit_note
from tests.quick_passwords import KEPT

SERVICES = (
    ("north", "North", "homecare", "england-and-wales"),
    ("house", "House", "supported_living", "scotland"),
)
SUPPORTED = (("grace", "Grace Adeyemi", "north"), ("kit", "Kit Brown", "house"))
ALL_ROLES = tuple((role.replace("_", "-"), role.replace("_", " ").title(), role) for role in Role)


@dataclass
class Crowd:
    """A provider with a worker in each role, some of whom have written something, and one of another provider."""

    #: By who holds them
    phones: dict[str, people.Phone]
    #: By what they are ids of
    ids: dict[str, list[str]]
    by_name: dict[str, list[Any]]

    @classmethod
    def gather(cls, app: Flask) -> Crowd:
        """Make the providers, sign everybody in and have a little written."""
        home = _provider(app, SERVICES, SUPPORTED, ALL_ROLES)
        away = _provider(app, SERVICES[:1], SUPPORTED[:1], ALL_ROLES[4:5])
        phones = {own_name: home.phone(own_name) for own_name in home.workers}
        phones["a manager elsewhere"] = away.phone("registered-manager")
        writer, manager = home.phone("worker"), home.phone("registered-manager")
        north, grace = home.services["north"], home.people["grace"]
        photo = b"\xff\xd8 no photo"
        entries = [
            writer.write("concern", concern(grace), service=north, person=grace, photos=[photo]),
            writer.write("visit_note", visit_note(grace), service=north, person=grace),
        ]
        writer.send(*entries)
        writer.send_photo(entries[0], photo)
        manager.fetch(limit=1)
        made = manager.post("/api/join-codes", {"service": str(north), "role": "worker"}).get_json()
        ids: dict[str, list[UUID | str]] = {
            "service": [id_ for each in (home, away) for id_ in each.services.values()],
            "person": [id_ for each in (home, away) for id_ in each.people.values()],
            "worker": [id_ for each in (home, away) for id_ in each.workers.values()],
            "entry": [entry.id for entry in entries],
            "device": [phone.welcome["device"]["id"] for phone in phones.values()],
            "key": [phone.welcome["key_id"] for phone in phones.values()],
            "seal": [writer.intake_key["id"]],
        }
        by_name: dict[str, list[Any]] = {
            "signing_key": [phone.public_key for phone in phones.values()],
            "p256dh": [writer.public_key],
            "auth": [people.b64url(bytes(16))],
            "endpoint": ["https://fcm.googleapis.com/fcm/send/1", "https://127.0.0.1/internal"],
            "sign_in_name": [phone.sign_in_name for phone in phones.values()] + ["nadia"],
            "password": [people.PASSWORD],
            "cursor": [manager.cursor],
            "code": [made["code"]],
            "form": ["concern", "visit_note"],
            "version": [1],
            "Heed-Intake-Key": [writer.intake_key["id"]],
            "hash_": [hashlib.sha256(photo).hexdigest()],
            "items": [[entry.item for entry in entries]],
            "sent_at": ["2026-11-24T09:00:00+00:00"],
        }
        texts = {kind: [str(id_) for id_ in found] for kind, found in ids.items()}
        return cls(phones, texts, by_name)

    def with_real_ones(self, said: Any, dice: Random, *, ids_alone: bool, name: str = "") -> Any:
        """What is said, with ids that exist in the place of some that were made up.

        Unless `ids_alone`, names, codes and keys that exist take the place of some others, too.
        """
        if name in self.by_name and not ids_alone and dice.random() < 0.5:
            return dice.choice(self.by_name[name])
        if isinstance(said, Mapping):
            return {
                key: self.with_real_ones(value, dice, ids_alone=ids_alone, name=str(key))
                for key, value in said.items()
            }
        if isinstance(said, list):
            return [self.with_real_ones(each, dice, ids_alone=ids_alone, name=name) for each in said]
        if isinstance(said, str) and _is_id(said) and dice.random() < 0.8:
            # Of the right kind, mostly: a place called `key_id` or `workers` says what it wants.
            kind = name.removesuffix("_id").removesuffix("s")
            return dice.choice(self.ids.get(kind) or [each for ids in self.ids.values() for each in ids])
        return said


def _provider(app: Flask, services: Any, supported: Any, workers: Any) -> people.Provider:
    handle = f"fuzz{os.urandom(4).hex()}"
    made = factories.make_provider(app, handle, "Fuzz", services, supported, workers, people.PASSWORD)
    provider = people.Provider(app, handle=handle, **made)
    with app.app_context():
        work_for(provider.id)
        db.session.execute(update(Worker).values(password_hash=KEPT))
        db.session.commit()
    return provider


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
