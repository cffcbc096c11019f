"""The cast: the people whom the tests tell of, each with a phone of their own that signs and seals for real.

Meadow Care runs a homecare branch in England and a supported-living house in Scotland. Amina gives care, Ben
supervises her, Carol is the registered manager, Gwen her deputy, Esther the safeguarding lead and Farah the
nominated individual. Hana coordinates and is on call, with Idris as the second. Jo looks after accounts.
Dev works for Riverside, which must never learn anything of Meadow.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes, hpke, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from flask import Flask
from werkzeug.test import TestResponse

from server.domain.role import Role
from tests import factories

PASSWORD = "green bus stop rain"
ORIGIN = {"Origin": "http://localhost"}

SUITE = hpke.Suite(hpke.KEM.P256, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)

#: Sign-in name, name, and the role held in every service of the provider.
MEADOW = (
    ("amina", "Amina Yusuf", Role.WORKER),
    ("ben", "Ben Okafor", Role.SUPERVISOR),
    ("carol", "Carol Hughes", Role.REGISTERED_MANAGER),
    ("esther", "Esther Bello", Role.SAFEGUARDING_LEAD),
    ("farah", "Farah Khan", Role.NOMINATED_INDIVIDUAL),
    ("gwen", "Gwen Pritchard", Role.DEPUTY_MANAGER),
    ("hana", "Hana Suzuki", Role.COORDINATOR),
    ("idris", "Idris Cole", Role.TEAM_LEADER),
    ("jo", "Jo Marsh", Role.SYSADMIN),
)
RIVERSIDE = (("dev", "Dev Patel", Role.WORKER), ("rita", "Rita Lowe", Role.REGISTERED_MANAGER))


@dataclass(frozen=True)
class Written:
    """An entry as a phone holds it: its body, and the item that crosses the wire."""

    id: UUID
    key: str
    body: dict[str, Any]
    raw: bytes
    item: dict[str, str]


class Phone:
    """A worker's phone. It signs in when it first needs to."""

    def __init__(self, app: Flask, sign_in_name: str, password: str = PASSWORD) -> None:
        self.client = app.test_client()
        self.sign_in_name = sign_in_name
        self.password = password
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.device: str | None = None
        self.cursor: str | None = None
        self.seq = 0
        self.previous: str | None = None
        self._welcome: dict[str, Any] | None = None

    @property
    def public_key(self) -> str:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return b64url(point)

    @property
    def introduction(self) -> dict[str, Any]:
        """What the phone says of itself when somebody signs in, joins or sets up on it."""
        name = f"{self.sign_in_name}'s phone"
        return {"device": {"id": self.device, "name": name}, "signing_key": self.public_key}

    @property
    def welcome(self) -> dict[str, Any]:
        """What the phone was told when it signed in."""
        if self._welcome is None:
            answer = self.sign_in()
            assert answer.status_code == 200, answer.get_data(as_text=True)
        assert self._welcome is not None
        return self._welcome

    @property
    def worker(self) -> str:
        return str(self.welcome["worker"]["id"])

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.welcome['access_token']}"}

    def sign_in(self, **changes: Any) -> TestResponse:
        """Sign in by name and password; `changes` replace parts of what is said."""
        said = {"sign_in_name": self.sign_in_name, "password": self.password, **self.introduction, **changes}
        answer = self.client.post("/api/session/sign-in", json=said)
        if answer.status_code == 200:
            self.welcomed(answer.get_json())
        return answer

    def welcomed(self, welcome: dict[str, Any]) -> None:
        """Remember who we are here."""
        self._welcome = welcome
        self.device = welcome["device"]["id"]

    def prove_again(self, **said: Any) -> TestResponse:
        """Prove again that it is still its owner, by password unless something else is said."""
        return self.post("/api/session/fresh", said or {"password": self.password})

    def refresh(self) -> TestResponse:
        """Get a new access token for the cookie."""
        answer = self.client.post("/api/session/refresh", headers=ORIGIN)
        if answer.status_code == 200:
            self.welcome["access_token"] = answer.get_json()["access_token"]
        return answer

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.ask("GET", path, **options)

    def post(self, path: str, said: Any, **options: Any) -> TestResponse:
        return self.ask("POST", path, json=said, **options)

    def put(self, path: str, said: Any, **options: Any) -> TestResponse:
        return self.ask("PUT", path, json=said, **options)

    def delete(self, path: str, said: Any, **options: Any) -> TestResponse:
        return self.ask("DELETE", path, json=said, **options)

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any
    ) -> TestResponse:
        """Ask the server for something, as whoever is signed in."""
        return self.client.open(path, method=method, headers={**self.bearer, **(headers or {})}, **options)

    def home(self) -> dict[str, Any]:
        """What the phone keeps at hand."""
        answer = self.get("/api/home")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        kept: dict[str, Any] = answer.get_json()
        return kept

    @cached_property
    def intake_key(self) -> dict[str, str]:
        """The key that this phone seals to, since it first asked."""
        key: dict[str, str] = self.home()["intake_key"]
        return key

    def write(
        self,
        form: str,
        answers: dict[str, Any],
        *,
        service: str | UUID,
        person: str | UUID | None = None,
        about: str | None = None,
        replaces: str | None = None,
        at: datetime | None = None,
        photos: Sequence[bytes] = (),
        **changes: Any,
    ) -> Written:
        """Fill in a form: make the body, sign it and seal it. `changes` replace parts of the body."""
        device = self.welcome["device"]["id"]
        recorded_at = (at or datetime.now(UTC)).isoformat(timespec="milliseconds")
        self.seq += 1
        body = {
            "id": str(uuid7()),
            "form": form,
            "version": 1,
            "service": str(service),
            "person": str(person) if person else None,
            "about": about,
            "replaces": replaces,
            "observed_at": answers.get("observed_at") or answers.get("when") or recorded_at,
            "recorded_at": recorded_at,
            "device_seq": self.seq,
            "previous": self.previous,
            "answers": answers,
            "photos": [
                {"hash": hashlib.sha256(photo).hexdigest(), "type": "image/jpeg", "size": len(photo)}
                for photo in photos
            ],
            "lang": "en",
            "app_version": "test",
            "salt": b64url(os.urandom(16)),
        } | changes
        raw = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
        self.previous = hashlib.sha256(raw).hexdigest()
        entry = UUID(body["id"])
        return Written(entry, f"{device}.{entry}", body, raw, self.item(entry, raw))

    def item(self, entry: UUID, raw: bytes) -> dict[str, str]:
        """The item that carries these bytes: signed by this phone's key, sealed to the provider's."""
        key_id = self.welcome["key_id"]
        r, s = decode_dss_signature(self.key.sign(b"heed/entry/1\n" + raw, ec.ECDSA(hashes.SHA256())))
        return {
            "id": str(entry),
            "key_id": key_id,
            "seal": self.intake_key["id"],
            "signature": b64url(r.to_bytes(32) + s.to_bytes(32)),
            "ciphertext": b64url(self._seal(raw, f"heed/entry/1|{self._provider}|{key_id}|{entry}")),
        }

    def send(self, *entries: Written, sent_at: datetime | None = None) -> list[dict[str, Any]]:
        """Send entries; answers what became of each."""
        said = {
            "sent_at": (sent_at or datetime.now(UTC)).isoformat(),
            "unsent": len(entries),
            "items": [entry.item for entry in entries],
        }
        answer = self.post("/api/sync/send", said)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        outcomes: list[dict[str, Any]] = answer.get_json()["outcomes"]
        return outcomes

    def send_photo(self, entry: Written, photo: bytes) -> TestResponse:
        """Send one photo of an entry, sealed."""
        name = hashlib.sha256(photo).hexdigest()
        return self.ask(
            "PUT",
            f"/api/sync/photo/{self.welcome['key_id']}/{entry.id}/{name}",
            data=self.sealed_photo(entry, photo),
            headers={"Heed-Intake-Key": self.intake_key["id"], "Content-Type": "application/octet-stream"},
        )

    def sealed_photo(self, entry: Written, photo: bytes) -> bytes:
        """A photo of an entry as it goes over the wire."""
        name = hashlib.sha256(photo).hexdigest()
        key_id = self.welcome["key_id"]
        return self._seal(photo, f"heed/photo/1|{self._provider}|{key_id}|{entry.id}|{name}")

    def fetch(self, limit: int = 500) -> list[dict[str, Any]]:
        """Everything that is new since this phone last fetched."""
        items: list[dict[str, Any]] = []
        more = True
        while more:
            query = {"limit": str(limit)} | ({"cursor": self.cursor} if self.cursor else {})
            answer = self.get("/api/sync/fetch", query_string=query)
            assert answer.status_code == 200, answer.get_data(as_text=True)
            page = answer.get_json()
            items += page["items"]
            self.cursor, more = page["cursor"], page["more"]
        return items

    @property
    def _provider(self) -> str:
        return str(self.welcome["provider"]["id"])

    def _seal(self, content: bytes, context: str) -> bytes:
        point = from_b64url(self.intake_key["public_key"])
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        return SUITE.encrypt(content, public, context.encode())


@dataclass
class Provider:
    """A provider of the cast: its services and people by name, and a phone for whoever needs one."""

    app: Flask
    id: UUID
    handle: str
    services: dict[str, UUID]
    people: dict[str, UUID]
    workers: dict[str, UUID]
    phones: dict[str, Phone] = field(default_factory=dict)

    def phone(self, own_name: str) -> Phone:
        """The phone of somebody of the cast, always the same one."""
        if own_name not in self.phones:
            self.phones[own_name] = Phone(self.app, f"{own_name}@{self.handle}")
        return self.phones[own_name]

    def __getattr__(self, own_name: str) -> Phone:
        """`meadow.amina` is Amina's phone."""
        if own_name.startswith("_") or own_name not in self.workers:
            raise AttributeError(own_name)
        return self.phone(own_name)


def meadow(app: Flask, handle: str = "meadow") -> Provider:
    """Meadow Care, with its cast and three people who are supported."""
    return _meadow(app, MEADOW, handle)


def meadow_without_cast(app: Flask) -> Provider:
    """Meadow Care before anybody works there."""
    return _meadow(app, (), "meadow")


def _meadow(app: Flask, workers: Sequence[factories.NewWorker], handle: str) -> Provider:
    services = (
        ("north", "Meadow North", "homecare", "england-and-wales"),
        ("house", "Meadow House", "supported_living", "scotland"),
    )
    people = (
        ("grace", "Grace Adeyemi", "north"),
        ("harold", "Harold Finch", "north"),
        ("kit", "Kit Brown", "house"),
    )
    made = factories.make_provider(app, handle, "Meadow Care", services, people, workers, PASSWORD)
    return Provider(app, handle=handle, **made)


def second_meadow(app: Flask) -> Provider:
    """Another provider with a cast just like Meadow's."""
    services = (("north", "Hill North", "homecare", "england-and-wales"),)
    made = factories.make_provider(app, "hill", "Hill Care", services, (), MEADOW, PASSWORD)
    return Provider(app, handle="hill", **made)


def riverside(app: Flask) -> Provider:
    """Riverside, another provider."""
    services = (("quay", "Riverside Quay", "care_home", "northern-ireland"),)
    people = (("mo", "Mo Farrell", "quay"),)
    made = factories.make_provider(app, "riverside", "Riverside", services, people, RIVERSIDE, PASSWORD)
    return Provider(app, handle="riverside", **made)


def uuid7() -> UUID:
    """An id that sorts by when it was made (RFC 9562)."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return UUID(int=(value & ~(0xF000 << 64) & ~(0xC000 << 48)) | (0x7000 << 64) | (0x8000 << 48))


def b64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_b64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
