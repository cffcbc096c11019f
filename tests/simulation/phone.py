"""A phone as the app works: what is kept on its disk, and what it does with each answer.

The rules are those of `pwa/src/sync` and `pwa/src/store`: an item goes only when the server named it, the cursor moves
only with what came before it, and what was sent stays until a backup has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.test import TestResponse

from tests.people import Phone, Written
from tests.simulation.network import Network, NoSignal
from tests.simulation.photo_lane import PhotoKey, PhotoLane, SavedPhoto

#: The most receipts that the server judges at once.
RECEIPTS = 100
#: What the server says of one batch alone; the phone then tries its items one by one.
ABOUT_ITEMS = {400, 413, 422, 500}
#: The most that is handed in at once.
HANDED_IN = 20
#: The version of the visit note that the newest app writes; one app is two versions behind.
NEWEST = 3


@dataclass
class Saved:
    """Something that the phone has told its worker is saved."""

    written: Written
    worker: str
    form: str
    at: datetime
    claimed: str
    photos: list[SavedPhoto] = field(default_factory=list)


@dataclass
class SimPhone:
    """One phone of one worker, with its disk."""

    network: Network
    phone: Phone
    #: Small, so that a batch is cut, repeated and split more often.
    batch: int = 4
    page: int = 7
    clock: timedelta = timedelta()
    outbox: dict[str, Saved] = field(default_factory=dict)
    sent: dict[str, tuple[Saved, str]] = field(default_factory=dict)
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    standings: dict[str, dict[str, Any]] = field(default_factory=dict)
    trouble: dict[str, str] = field(default_factory=dict)
    must_sign_in: bool = False
    must_sign_in_to_read: bool = False
    #: Whose it was has left, or it was taken back: nobody signs in on it ever again.
    is_left: bool = False
    #: The version of the visit note that the app on it writes. An old app sends each photo as a whole.
    version: int = NEWEST

    def __post_init__(self) -> None:
        self.lane = PhotoLane(self.network, self.phone)

    @property
    def is_old(self) -> bool:
        """Whether the app on it is two versions behind."""
        return self.version <= NEWEST - 2

    def update(self, version: int) -> None:
        """The phone gets another version of the app. What waits stays as it was written and signed."""
        self.version = version

    def holds(self, key: str) -> bool:
        """Whether this entry is on this phone."""
        return key in self.outbox or key in self.sent

    def holds_photo(self, key: PhotoKey) -> bool:
        """Whether this photo is on this phone."""
        return self.lane.holds(key)

    def write(self, form: str, answers: dict[str, Any], photos: Sequence[bytes] = (), **where: Any) -> Saved:
        """Save something that somebody wrote: from now on it must never be lost."""
        claimed = datetime.now(UTC) + self.clock
        version = self.version if form == "visit-note" else 1
        written = self.phone.write(form, answers, at=claimed, photos=photos, version=version, **where)
        saved = Saved(written, self.phone.worker, form, datetime.now(UTC), written.body["recorded_at"])
        saved.photos += [self.lane.add(written, photo) for photo in photos]
        self.outbox[written.key] = saved
        return saved

    def sync(self) -> None:
        """Send what waits, ask what a backup has, fetch what is new. Whatever happens, nothing is forgotten."""
        try:
            self.send()
            self.lane.send(self.outbox, self._ask_signed_in, whole=self.is_old)
            self.ask_what_is_safe()
            self.fetch()
            if self.must_sign_in:
                self.ask_what_is_safe()
                self.hand_in()
                self.lane.hand_in(self.outbox, self._ask_unsigned, self._provider)
        except NoSignal:
            return

    def hand_in(self) -> None:
        """Nobody is signed in here: what was signed says itself whose it is. What is not named stays."""
        asked: set[str] = set()
        while batch := self._next(asked)[:HANDED_IN]:
            asked |= {saved.written.key for saved in batch}
            said = self._batch(batch) | {"provider": self._provider}
            del said["unsent"]
            answer = self._ask_unsigned("POST", "/api/sync/hand-in", json=said)
            if answer.status_code != 200:
                return
            self.let_go_of_named(batch, answer.get_json()["outcomes"], answer.get_json()["receipt"])

    def send(self) -> None:
        """Concerns first, in batches; an item goes only when the server has named it."""
        stuck: set[str] = set()
        while batch := self._next(stuck):
            answer = self._ask_signed_in("POST", "/api/sync/send", json=self._batch(batch))
            if answer is None:
                self._note(batch, "Sign in again, then it is sent.", stuck)
                return
            if answer.status_code != 200 and len(batch) == 1:
                self._note(batch, answer.get_json()["message"], stuck)
                if answer.status_code not in ABOUT_ITEMS:
                    return
                continue
            if answer.status_code != 200:
                for saved in batch:
                    one = self._ask_signed_in("POST", "/api/sync/send", json=self._batch([saved]))
                    self.settle([saved], one, stuck)
                continue
            self.settle(batch, answer, stuck)

    def settle(self, batch: list[Saved], answer: TestResponse | None, stuck: set[str]) -> None:
        """Let go of what the server has named, and of nothing else."""
        if answer is None or answer.status_code != 200:
            self._note(batch, "The server has a problem. I will keep trying.", stuck)
            return
        said = answer.get_json()
        unnamed = self.let_go_of_named(batch, said["outcomes"], said["receipt"])
        self._note(unnamed, "The server said nothing about this one.", stuck)

    def let_go_of_named(
        self, batch: list[Saved], outcomes: list[dict[str, Any]], receipt: str
    ) -> list[Saved]:
        """Keep, until a backup has it, what the server has named. Answers the others, which wait on."""
        named = {(outcome["id"], outcome["key_id"]) for outcome in outcomes}
        unnamed = []
        for saved in batch:
            item = saved.written.item
            if (item["id"], item["key_id"]) in named:
                self.sent[saved.written.key] = self.outbox.pop(saved.written.key), receipt
                self.trouble.pop(saved.written.key, None)
            else:
                unnamed.append(saved)
        return unnamed

    def ask_what_is_safe(self) -> None:
        """Let go of what a verified backup has; offer again what the server has lost."""
        receipts = sorted({receipt for _, receipt in self.sent.values()} | self.lane.receipts())
        offered = False
        for begin in range(0, len(receipts), RECEIPTS):
            some = receipts[begin : begin + RECEIPTS]
            answer = self._ask_of(some)
            if answer is None or answer.status_code != 200:
                break
            judged = answer.get_json()
            self.let_go(set(judged["safe"]))
            self.lane.let_go(set(judged["safe"]))
            photos = self.lane.offer_again(set(judged["again"]))
            offered = self._offer_again(set(judged["again"])) or photos or offered
        if offered:
            self.send()
            self.lane.send(self.outbox, self._ask_signed_in, whole=self.is_old)

    def _ask_of(self, receipts: list[str]) -> TestResponse | None:
        """What became of what these stand for; asked without a session where nobody is signed in."""
        if not self.must_sign_in:
            return self._ask_signed_in("POST", "/api/sync/receipts", json={"receipts": receipts})
        said = {"provider": self._provider, "receipts": receipts}
        return self._ask_unsigned("POST", "/api/sync/hand-in/receipts", json=said)

    @property
    def _provider(self) -> str:
        return str(self.phone.welcome["provider"]["id"])

    def let_go(self, safe: set[str]) -> None:
        """What a verified backup has needs no copy here."""
        self.sent = {key: each for key, each in self.sent.items() if each[1] not in safe}

    def _offer_again(self, lost: set[str]) -> bool:
        again = {key: saved for key, (saved, receipt) in self.sent.items() if receipt in lost}
        self.outbox |= again
        self.sent = {key: each for key, each in self.sent.items() if key not in again}
        return bool(again)

    def fetch(self) -> None:
        """Page by page; a page is kept whole, together with its cursor, or not at all."""
        more = True
        while more:
            query = {"limit": str(self.page)} | ({"cursor": self.phone.cursor} if self.phone.cursor else {})
            answer = self._ask_signed_in("GET", "/api/sync/fetch", query_string=query)
            if answer is None or answer.status_code != 200:
                return
            page = answer.get_json()
            self.keep(page)
            more = page["more"]

    def keep(self, page: dict[str, Any]) -> None:
        """Keep a page and its cursor."""
        self.keep_items(page["items"])
        self.phone.cursor = page["cursor"]

    def keep_items(self, items: list[dict[str, Any]]) -> None:
        """Keep what was fetched, over what is here already."""
        for item in items:
            if item["kind"] == "entry":
                self.entries[item["key"]] = item
            elif item["kind"] == "standing":
                self.standings[item["thread"]] = item
            elif item["kind"] == "forget":
                self.standings.pop(item["thread"], None)
                gone = [key for key, entry in self.entries.items() if entry["thread"] == item["thread"]]
                for key in gone:
                    del self.entries[key]

    def _next(self, stuck: set[str]) -> list[Saved]:
        waiting = [saved for key, saved in self.outbox.items() if key not in stuck]
        waiting.sort(key=lambda saved: (saved.form != "concern", saved.at))
        return waiting[: self.batch]

    def _batch(self, batch: list[Saved]) -> dict[str, Any]:
        sent_at = (datetime.now(UTC) + self.clock).isoformat()
        return {
            "sent_at": sent_at,
            "unsent": len(self.outbox),
            "items": [saved.written.item for saved in batch],
        }

    def _note(self, batch: list[Saved], words: str, stuck: set[str]) -> None:
        for saved in batch:
            self.trouble[saved.written.key] = words
            stuck.add(saved.written.key)

    def _ask_signed_in(self, method: str, path: str, **options: Any) -> TestResponse | None:
        """The server's answer; None when this phone must sign in again."""
        if self.must_sign_in:
            return None
        answer = self.network.ask(self.phone, method, path, **options)
        if answer.status_code == 401:
            if self.phone.refresh().status_code != 200:
                self.must_sign_in = True
                return None
            answer = self.network.ask(self.phone, method, path, **options)
        if answer.status_code == 403 and answer.get_json().get("reason") == "sign_in_again":
            # After a long absence it may send and not read.
            self.must_sign_in_to_read = True
            return None
        return answer

    def _ask_unsigned(self, method: str, path: str, **options: Any) -> TestResponse:
        """The server's answer to somebody who is not signed in."""
        return self.network.ask(self.phone, method, path, signed_in=False, **options)

    def sign_in(self) -> None:
        """The worker types their passphrase; nobody does on a phone that somebody has left."""
        if self.is_left:
            return
        self.must_sign_in = self.must_sign_in_to_read = self.phone.sign_in().status_code != 200
