"""Web Push: one message to one browser, saying nothing about anybody and always of one size.

The library encrypts (RFC 8291) and signs (RFC 8292); sending is ours (`PublicSession`), since the library follows
redirects into our own network, waits for ever and reads whatever comes back.
"""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from server.domain.push_endpoint import may_push_to
from server.outbound.public_session import FAILURES, PublicSession

#: A claim may live for a day at most (RFC 8292, section 2); half is enough.
CLAIM_FOR = timedelta(hours=12)
#: After this the ladder has gone higher up, and an old push would only confuse.
TTL = 3600
PADDED = 480
RED = "A red concern needs you. Open the app."
OTHER = "Something in Heed needs you. Open the app."


class Ending(Enum):
    """How an attempt ended."""

    SENT = auto()
    #: The subscription is dead (404, 410)
    GONE = auto()
    #: It may work later (429, 5xx, no answer)
    LATER = auto()
    #: It will never work as it is (400, 401, 403, 413, a redirect)
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt. `wait` is how long the push service asks us to wait."""

    ending: Ending
    status: int | None
    words: str
    wait: timedelta | None = None


class WebPush:
    """Sends pushes as this instance. `hosts` are push services of tests, besides those of the browsers."""

    def __init__(
        self, private: ec.EllipticCurvePrivateKey, contact: str, hosts: Collection[str] = ()
    ) -> None:
        self._vapid = Vapid02(private_key=private)
        self._contact = contact
        self._hosts = hosts
        self._session = PublicSession(private_too=bool(hosts))

    def send(self, endpoint: str, p256dh: str, auth: str, notice: UUID, *, is_red: bool) -> Answer:
        """Send one push. Never raises for what the push service does."""
        if not may_push_to(endpoint, self._hosts):
            return Answer(Ending.REFUSED, None, "This address is not a push service's.")
        topic = topic_of(notice)
        try:
            subscription = {"endpoint": endpoint, "keys": {"p256dh": p256dh, "auth": auth}}
            body = WebPusher(subscription).encode(payload(topic, is_red=is_red), content_encoding="aes128gcm")
        except (WebPushException, ValueError, IndexError, TypeError):
            return Answer(Ending.REFUSED, None, "The device's keys do not work.")
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL),
            "Urgency": "high",
            "Topic": topic,
            **self._claims(endpoint),
        }
        return self._post(endpoint, body["body"], headers)

    def _claims(self, endpoint: str) -> dict[str, str]:
        # Made afresh each time: the audience is this push service and no other.
        parts = urlsplit(endpoint)
        expires = int(time.time() + CLAIM_FOR.total_seconds())
        claims = {"sub": self._contact, "aud": f"{parts.scheme}://{parts.netloc}", "exp": expires}
        signed: dict[str, str] = self._vapid.sign(claims)
        return signed

    def _post(self, endpoint: str, body: bytes, headers: dict[str, str]) -> Answer:
        try:
            answer = self._session.post_bounded(endpoint, body, headers)
        except FAILURES as failure:
            return Answer(Ending.LATER, None, f"The push service did not answer ({type(failure).__name__}).")
        return _judge(answer.status_code, answer.headers.get("Retry-After"))


def topic_of(notice: UUID) -> str:
    """A name for a notice that says nothing: a push with the same one takes the place of the first."""
    return urlsafe_b64encode(sha256(notice.bytes).digest()).decode()[:32]


def payload(tag: str, *, is_red: bool) -> bytes:
    """What a push holds. Declarative Web Push reads the same, should the service worker fail."""
    notification = {
        "title": "Heed",
        "body": RED if is_red else OTHER,
        "navigate": "/#/notices",
        "tag": tag,
    }
    said = json.dumps({"web_push": 8030, "notification": notification}).encode()
    return said.ljust(PADDED)


def _judge(status: int, retry_after: str | None) -> Answer:
    if 200 <= status < 300:
        return Answer(Ending.SENT, status, "The push service took it.")
    if status in (404, 410):
        return Answer(Ending.GONE, status, "This device can be told no more.")
    if status == 429 or status >= 500:
        return Answer(
            Ending.LATER, status, f"The push service asks for patience ({status}).", _wait(retry_after)
        )
    return Answer(Ending.REFUSED, status, f"The push service will not take it ({status}).")


def _wait(retry_after: str | None) -> timedelta | None:
    """How long to wait, given in seconds or as a date. Anything else says nothing; a day is the most."""
    if not retry_after:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return min(timedelta(seconds=int(retry_after[:9])), timedelta(days=1))
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - datetime.now(UTC), timedelta(0)), timedelta(days=1))
