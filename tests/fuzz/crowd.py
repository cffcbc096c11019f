"""Everybody who could ask something: one worker in each role, somebody of another provider, and nobody."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask
from PIL import Image
from sqlalchemy import update

from server.domain.role import Role
from server.extensions import db, work_for
from server.models import Worker
from tests import factories, people
from tests.answers import concern, visit_note
from tests.authenticator import Authenticator
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
    #: What is right only together
    together: list[dict[str, Any]]
    #: What is sent as it is: a sealed photo, and parts of it
    raw: list[bytes]

    @classmethod
    def gather(cls, app: Flask) -> Crowd:
        """Make the providers, sign everybody in and have a little written."""
        home = _provider(app, SERVICES, SUPPORTED, ALL_ROLES)
        away = _provider(app, SERVICES[:1], SUPPORTED[:1], ALL_ROLES[4:5])
        phones = {own_name: home.phone(own_name) for own_name in home.workers}
        phones["a manager elsewhere"] = away.phone("registered-manager")
        writer, manager = home.phone("worker"), home.phone("registered-manager")
        north, grace = home.services["north"], home.people["grace"]
        photo = _photo()
        hash_ = hashlib.sha256(photo).hexdigest()
        entries = [
            writer.write("concern", concern(grace), service=north, person=grace, photos=[photo]),
            writer.write("visit_note", visit_note(grace), service=north, person=grace),
        ]
        writer.send(*entries)
        receipt = writer.send_photo(entries[0], photo).get_json()["receipt"]
        sealed = writer.sealed_photo(entries[1], photo)
        manager.fetch(limit=1)
        made = manager.post("/api/join-codes", {"service": str(north), "role": "worker"}).get_json()
        password_code = f"/api/workers/{home.workers['worker']}/password-code"
        forgot = manager.post(password_code, {"second_step": "keep"}).get_json()
        passkey, signed = _passkey(home.phone("deputy-manager"))
        staff = [manager.get(f"/api/workers/{id_}").get_json() for id_ in home.workers.values()]
        photo_names = [
            {"entry_id": str(entries[0].id), "hash_": hash_, "device_id": writer.device},
            {"entry_id": str(entries[1].id), "hash_": hash_, "key_id": writer.welcome["key_id"]},
        ]
        grants = [{"worker": each["id"], "grant": role["id"]} for each in staff for role in each["roles"]]
        devices = [
            {"worker": each["id"], "device": device["id"]} for each in staff for device in each["devices"]
        ]
        ids: dict[str, list[UUID | str]] = {
            "service": [id_ for each in (home, away) for id_ in each.services.values()],
            "person": [id_ for each in (home, away) for id_ in each.people.values()],
            "worker": [id_ for each in (home, away) for id_ in each.workers.values()],
            "entry": [entry.id for entry in entries],
            "device": [phone.welcome["device"]["id"] for phone in phones.values()],
            "key": [phone.welcome["key_id"] for phone in phones.values()],
            "seal": [writer.intake_key["id"]],
            "passkey": [passkey["id"]],
            "provider": [home.id, away.id],
        }
        by_name: dict[str, list[Any]] = {
            "signing_key": [phone.public_key for phone in phones.values()],
            "p256dh": [writer.public_key],
            "auth": [people.b64url(bytes(16))],
            "endpoint": ["https://fcm.googleapis.com/fcm/send/1", "https://127.0.0.1/internal"],
            "sign_in_name": [phone.sign_in_name for phone in phones.values()] + ["nadia"],
            "password": [people.PASSWORD, "seven geese on a roof"],
            "old": [people.PASSWORD],
            "new": [people.PASSWORD, "seven geese on a roof"],
            "cursor": [manager.cursor],
            "code": [made["code"], forgot["code"]],
            "form": ["concern", "visit_note"],
            "version": [1],
            "Heed-Intake-Key": [writer.intake_key["id"]],
            "Heed-Photo-Size": [str(len(sealed))],
            "begin": [0, len(sealed) // 2],
            "hash_": [hash_],
            "items": [[entry.item for entry in entries]],
            "receipts": [[receipt]],
            "sent_at": ["2026-11-24T09:00:00+00:00"],
        }
        texts = {kind: [str(id_) for id_ in found] for kind, found in ids.items()}
        half = len(sealed) // 2
        together = [*photo_names, *grants, *devices, signed]
        return cls(phones, texts, by_name, together, [sealed, sealed[:half], sealed[half:]])

    def with_what_belongs_together(self, said: MutableMapping[str, Any], dice: Random) -> None:
        """Put what is right only together where it has its places, half of the time."""
        fitting = [each for each in self.together if each.keys() <= said.keys()]
        if fitting and dice.random() < 0.5:
            said.update(dice.choice(fitting))

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


def _photo() -> bytes:
    """A small photo."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "brown").save(out, "JPEG")
    return out.getvalue()


def _passkey(phone: people.Phone) -> tuple[dict[str, Any], dict[str, Any]]:
    """A passkey that somebody keeps, and what it signed when it was asked to sign in."""
    passkey = Authenticator()
    asked = phone.post("/api/me/passkeys/options", None).get_json()
    made = {"challenge_id": asked["challenge_id"], "credential": passkey.make(asked["options"])}
    kept = phone.post("/api/me/passkeys", {"name": "Phone", **made}).get_json()
    asked = phone.client.post("/api/session/passkey/options").get_json()
    return kept, {"challenge_id": asked["challenge_id"], "credential": passkey.sign(asked["options"])}


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
