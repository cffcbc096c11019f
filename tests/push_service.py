"""A push service of the tests' own: real HTTP on this machine, strict as the real ones (RFC 8030, 8291, 8292).

It checks who signs, decrypts what arrives, and answers each subscription as the test says.
"""

from __future__ import annotations

import json
import re
import sys
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

AUTH = b"sixteen bytes ok"
DAY = 24 * 3600


@dataclass
class Subscription:
    """One browser's subscription, and how this service answers pushes to it."""

    id: str
    key: ec.EllipticCurvePrivateKey
    endpoint: str
    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    body: int = 0
    hang: float = 0
    received: list[Push] = field(default_factory=list)

    @property
    def as_browsers_say_it(self) -> dict[str, Any]:
        """What `PushSubscription.toJSON()` gives."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "keys": {"p256dh": _b64url(point), "auth": _b64url(AUTH)}}


@dataclass(frozen=True)
class Push:
    """A push that arrived: what it says, how large it was on the wire, and its headers."""

    said: dict[str, Any]
    size: int
    headers: dict[str, str]
    claims: dict[str, Any]


class PushService(ThreadingHTTPServer):
    """Listens on this machine. `faults` are pushes that a real push service would have refused."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.subscriptions: dict[str, Subscription] = {}
        self.faults: list[str] = []
        self.redirected: list[str] = []
        self.closing = Event()
        self.lock = Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that was killed hangs up in the middle: no fault of anybody's."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def subscribe(self, **answers: Any) -> Subscription:
        """A new subscription; `answers` say how it will be answered."""
        name = str(len(self.subscriptions) + 1)
        key = ec.generate_private_key(ec.SECP256R1())
        made = Subscription(name, key, f"{self.url}/push/{name}", **answers)
        self.subscriptions[name] = made
        return made


@contextmanager
def serving() -> Iterator[PushService]:
    """A push service that runs while a test does."""
    service = PushService()
    thread = Thread(target=service.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.closing.set()
        service.shutdown()
        thread.join()
        service.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: PushService
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Nobody has reason to ask for anything here: whoever does followed a redirect."""
        self.server.redirected.append(self.path)
        self._answer(404, {}, 0)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if len(raw) < int(self.headers["Content-Length"]):
            # The sender was killed in the middle of it: that is no push, and nobody is there to be answered.
            self.close_connection = True
            return None
        subscription = self.server.subscriptions.get(self.path.removeprefix("/push/"))
        if subscription is None:
            self.server.redirected.append(self.path)
            return self._answer(404, {}, 0)
        try:
            claims = _claims(self.headers["Authorization"], self.server.url)
            _check_headers(self.headers)
            plain = http_ece.decrypt(raw, private_key=subscription.key, auth_secret=AUTH, version="aes128gcm")
            push = Push(json.loads(plain), len(raw), dict(self.headers), claims)
        except (KeyError, ValueError, InvalidSignature, http_ece.ECEException, AssertionError) as fault:
            self.server.faults.append(repr(fault))
            return self._answer(403, {}, 0)
        with self.server.lock:
            subscription.received.append(push)
        if subscription.hang:
            self.server.closing.wait(subscription.hang)
        return self._answer(subscription.status, subscription.headers, subscription.body)

    def _answer(self, status: int, headers: dict[str, str], body: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(body))
        self.end_headers()
        try:
            for _ in range(body // 65536):
                self.wfile.write(b"x" * 65536)
        except OSError:
            self.close_connection = True


def _check_headers(headers: Message) -> None:
    """What RFC 8030 and RFC 8291 ask of every push."""
    assert headers["Content-Encoding"] == "aes128gcm", headers
    assert str(headers["TTL"]).isdigit(), headers
    assert headers["Urgency"] in ("very-low", "low", "normal", "high"), headers
    assert re.fullmatch("[A-Za-z0-9_-]{1,32}", str(headers["Topic"])), headers


def _claims(authorization: str, origin: str) -> dict[str, Any]:
    """What the sender claims, once its signature and every claim are found good (RFC 8292)."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    header, body, signature = parts["t"].split(".")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _unb64url(parts["k"]))
    raw = _unb64url(signature)
    numbers = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key.verify(numbers, f"{header}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    claims: dict[str, Any] = json.loads(_unb64url(body))
    assert scheme == "vapid"
    assert json.loads(_unb64url(header))["alg"] == "ES256", header
    assert claims["aud"] == origin, claims
    assert time.time() < claims["exp"] <= time.time() + DAY, claims
    assert claims["sub"].startswith(("mailto:", "https:")), claims
    return claims


def _b64url(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
