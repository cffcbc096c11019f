"""The photos of one phone on their way: in parts, each part going on where the server says that the last one ended.

The rules are those of `pwa/src/sync/send-photo.ts`. A photo goes after its words, and the phone lets go of it only when
a backup has it.
"""

from __future__ import annotations

import hashlib
import io
import random
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from PIL import Image
from werkzeug.test import TestResponse

from tests.people import Phone, Written
from tests.simulation.network import Network, NoSignal

#: Small, so that a photo of a kilobyte has several.
PART = 250
#: How often the server may say that it has less than the phone thought, before it is left alone for now.
PATIENCE = 3
#: So many different pictures there are.
PICTURES = 5

PhotoKey = tuple[str, str]


@cache
def picture(number: int) -> bytes:
    """One of the pictures that people take: noise, so that it does not pack."""
    side = 16 + 2 * (number % PICTURES)
    pixels = random.Random(number % PICTURES).randbytes(side * side * 3)
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), pixels).save(out, "JPEG", quality=90)
    return out.getvalue()


@dataclass(frozen=True)
class SavedPhoto:
    """A photo of an entry, as it was made and as it goes over the wire."""

    written: Written
    content: bytes
    sealed: bytes

    @property
    def hash(self) -> str:
        """The name that its writer signed."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def key(self) -> PhotoKey:
        """Which photo of which entry."""
        return self.written.key, self.hash


@dataclass
class PhotoLane:
    """The photos that one phone holds."""

    network: Network
    phone: Phone
    waiting: dict[PhotoKey, SavedPhoto] = field(default_factory=dict)
    sent: dict[PhotoKey, tuple[SavedPhoto, str]] = field(default_factory=dict)

    def add(self, written: Written, content: bytes) -> SavedPhoto:
        """Keep a photo with its entry."""
        photo = SavedPhoto(written, content, self.phone.sealed_photo(written, content))
        self.waiting[photo.key] = photo
        return photo

    def holds(self, key: PhotoKey) -> bool:
        """Whether it is on this phone."""
        return key in self.waiting or key in self.sent

    def send(self, outbox: dict[str, Any], ask: Any, whole: bool) -> None:
        """Send the photos whose words have gone. `ask` asks with a session, and answers None once there is none.

        An old app sends each photo as a whole.
        """
        for photo in [each for each in self.waiting.values() if each.written.key not in outbox]:
            path = f"/api/sync/photo/{self._signing_key(photo)}/{photo.written.id}/{photo.hash}"
            answer = self._whole(photo, path, ask) if whole else self._in_parts(photo, path, ask)
            if answer is None:
                return
            if answer.status_code == 200:
                self.settle(photo, answer.get_json()["receipt"])

    def hand_in(self, outbox: dict[str, Any], ask: Any, provider: str) -> None:
        """Hand in, without a session, the photos whose words have gone."""
        for photo in [each for each in self.waiting.values() if each.written.key not in outbox]:
            key = self._signing_key(photo)
            path = f"/api/sync/hand-in/photo/{provider}/{key}/{photo.written.id}/{photo.hash}"
            answer = self._in_parts(photo, path, ask)
            if answer is not None and answer.status_code == 200:
                self.settle(photo, answer.get_json()["receipt"])

    def settle(self, photo: SavedPhoto, receipt: str) -> None:
        """The server has it: keep it until a backup has it as well."""
        self.sent[photo.key] = self.waiting.pop(photo.key), receipt

    def receipts(self) -> set[str]:
        """The receipts of what was sent."""
        return {receipt for _, receipt in self.sent.values()}

    def let_go(self, safe: set[str]) -> None:
        """A verified backup has what these receipts stand for."""
        self.sent = {key: each for key, each in self.sent.items() if each[1] not in safe}

    def offer_again(self, lost: set[str]) -> bool:
        """What these receipts stand for waits anew. Answers whether that is anything."""
        again = {key: photo for key, (photo, receipt) in self.sent.items() if receipt in lost}
        self.waiting |= again
        self.sent = {key: each for key, each in self.sent.items() if key not in again}
        return bool(again)

    def _signing_key(self, photo: SavedPhoto) -> str:
        return photo.written.item["key_id"]

    def _whole(self, photo: SavedPhoto, path: str, ask: Any) -> TestResponse | None:
        answer: TestResponse | None = ask("PUT", path, data=photo.sealed, headers=self._headers(photo))
        return answer

    def _in_parts(self, photo: SavedPhoto, path: str, ask: Any) -> TestResponse | None:
        """The last answer. None when there is no session, or the server could not be brought on."""
        size = len(photo.sealed)
        told: TestResponse | None = ask("GET", f"{path}/part")
        if told is None or told.status_code != 200:
            return told
        begin, setbacks = told.get_json()["received"], 0
        while setbacks < PATIENCE:
            part = photo.sealed[begin : begin + PART]
            answer: TestResponse | None = ask(
                "PUT", f"{path}/part/{begin}", data=part, headers=self._headers(photo)
            )
            if answer is None or answer.status_code != 202:
                return answer
            received = answer.get_json()["received"]
            setbacks += received <= begin
            begin = min(received, size)
        raise NoSignal

    def _headers(self, photo: SavedPhoto) -> dict[str, str]:
        return {
            "Heed-Intake-Key": self.phone.intake_key["id"],
            "Heed-Photo-Size": str(len(photo.sealed)),
            "Content-Type": "application/octet-stream",
        }
