"""A cursor: how far a worker's phone has fetched of each audience, sealed so that no number reaches a client."""

from __future__ import annotations

import os
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.domain.errors import BadInput
from server.services.intake import from_b64url

_NONCE = 12
#: Higher than any number: a phone may have anything.
ANYTHING = 2**62


@dataclass(frozen=True, slots=True)
class Reached:
    """How far an audience was fetched, and where the feed and the phone stood when it began to fetch what is new.

    What was taken away before it began it only has if it had got as far as that before, and otherwise must not learn
    of by being told to forget it.
    """

    began: int
    position: int
    had: int = 0

    @property
    def may_have(self) -> int:
        """The highest number of anything that the phone may hold."""
        return max(self.had, self.position)

    def after_restore(self, came_back_with: int) -> Reached:
        """The same in an epoch that began with numbers up to `came_back_with`: everything is fetched again.

        Up to there the numbers mean what they meant. A phone that had got further may hold things that came back
        under any number since, as others offered them again.
        """
        had = self.may_have
        return Reached(began=0, position=0, had=had if had <= came_back_with else ANYTHING)


@dataclass
class Cursor:
    """Where a phone stands. `forgotten` is how far it got with forgetting an audience that its worker lost.

    `more` says that it is in the middle: there was more to fetch than went on a page.
    """

    epoch: int
    at: dict[str, Reached] = field(default_factory=dict)
    forgotten: str | None = None
    more: bool = False

    def copy(self) -> Cursor:
        """The same place, which stays where it is."""
        return Cursor(self.epoch, dict(self.at), self.forgotten, self.more)

    def begin(self, audiences: Iterable[str], head: int) -> None:
        """Begin to fetch what is new, and everything of the audiences that are new to this phone.

        `head` is how far the feed had come before the page is read: what is taken away after that may have been read.
        """
        new = [audience for audience in audiences if audience not in self.at]
        if self.more and not new:
            return
        if not self.more:
            self.at = {
                audience: Reached(head, reached.position, had=reached.may_have)
                for audience, reached in self.at.items()
            }
        self.at |= dict.fromkeys(new, Reached(head, position=0))

    def lost(self, audiences: Iterable[str]) -> str | None:
        """An audience that this phone fetched and its worker has no more, if any: the same till it is gone."""
        return min(self.at.keys() - set(audiences), default=None)

    def move(self, position: int) -> None:
        """Everything up to here was fetched."""
        for audience, reached in self.at.items():
            self.at[audience] = Reached(reached.began, max(reached.position, position), reached.had)

    def end(self) -> None:
        """Everything was fetched: whatever there was when this began lies behind, what was passed over included."""
        for audience, reached in self.at.items():
            self.at[audience] = Reached(reached.began, max(reached.position, reached.began))

    def sealed(self, key: bytes, worker: UUID) -> str:
        """The cursor as the phone keeps it."""
        at = {audience: (each.began, each.position, each.had) for audience, each in self.at.items()}
        place = {"epoch": self.epoch, "at": at, "forgotten": self.forgotten, "more": self.more}
        inside = orjson.dumps(place)
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(key).encrypt(nonce, zlib.compress(inside), worker.bytes)
        return urlsafe_b64encode(nonce + sealed).rstrip(b"=").decode()


def read_cursor(
    cursor: str | None, key: bytes, worker: UUID, epoch: int, came_back_with: Callable[[int], int]
) -> Cursor:
    """The cursor that a phone holds. Raises BadInput for one that we did not make for this worker.

    One of an earlier epoch begins anew. `came_back_with` answers the number that the data came back with at the
    latest restore since an epoch, or the lowest when there were several.
    """
    if not cursor:
        return Cursor(epoch)
    try:
        sealed = from_b64url(cursor)
        packed = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], worker.bytes)
        inside = orjson.loads(zlib.decompress(packed))
    except (ValueError, InvalidTag, zlib.error) as error:
        raise BadInput(
            "This phone's place in the list is not one that we gave. Fetch from the beginning."
        ) from error
    at = {audience: Reached(*reached) for audience, reached in inside["at"].items()}
    if inside["epoch"] != epoch:
        # What this phone holds it must still be told to forget, so what it may hold is carried over.
        back = came_back_with(inside["epoch"])
        return Cursor(epoch, {audience: reached.after_restore(back) for audience, reached in at.items()})
    return Cursor(epoch, at, inside["forgotten"], inside.get("more", False))
