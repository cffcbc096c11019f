"""A phone as the app works: what is kept on its disk, and what it does with each answer.

The rules are those of `pwa/src/sync` and `pwa/src/store`: an item goes only when the server named it, the cursor moves
only with what came before it, and what was sent stays until a backup has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.test import TestResponse

from tests.people import Phone, Written
from tests.simulation.network import Network, NoSignal

#: The most receipts that the server judges at once.
RECEIPTS = 100
#: What the server says of one batch alone; the phone then tries its items one by one.
ABOUT_ITEMS = {400, 413, 422, 500}


@dataclass
class Saved:
    """Something that the phone has told its worker is saved."""

    written: Written
    worker: str
    form: str
    at: datetime
    claimed: str


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

    def write(self, form: str, answers: dict[str, Any], **where: Any) -> Saved:
        """Save something that somebody wrote: from now on it must never be lost."""
        claimed = datetime.now(UTC) + self.clock
        written = self.phone.write(form, answers, at=claimed, **where)
        saved = Saved(written, self.phone.worker, form, datetime.now(UTC), written.body["recorded_at"])
        self.outbox[written.key] = saved
        return saved

    def sync(self) -> None:
        """Send what waits, ask what a backup has, fetch what is new. Whatever happens, nothing is forgotten."""
        try:
            self.send()
            self.ask_what_is_safe()
            self.fetch()
        except NoSignal:
            return

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
        named = {(outcome["id"], outcome["key_id"]) for outcome in said["outcomes"]}
        for saved in batch:
            item = saved.written.item
            if (item["id"], item["key_id"]) in named:
                self.sent[saved.written.key] = self.outbox.pop(saved.written.key), said["receipt"]
                self.trouble.pop(saved.written.key, None)
            else:
                self._note([saved], "The server said nothing about this one.", stuck)

    def ask_what_is_safe(self) -> None:
        """Let go of what a verified backup has; offer again what the server has lost."""
        receipts = sorted({receipt for _, receipt in self.sent.values()})
        offered = False
        for begin in range(0, len(receipts), RECEIPTS):
            some = receipts[begin : begin + RECEIPTS]
            answer = self._ask_signed_in("POST", "/api/sync/receipts", json={"receipts": some})
            if answer is None or answer.status_code != 200:
                break
            judged = answer.get_json()
            self.let_go(set(judged["safe"]))
            offered = self._offer_again(set(judged["again"])) or offered
        if offered:
            self.send()

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

    def sign_in(self) -> None:
        """The worker types their passphrase."""
        self.must_sign_in = self.must_sign_in_to_read = self.phone.sign_in().status_code != 200
