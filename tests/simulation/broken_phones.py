"""Phones with one rule broken, each as some app elsewhere had it. The storm must notice every one of them."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from tests.simulation.network import NoSignal
from tests.simulation.phone import Saved, SimPhone


class LetsGoOnSending(SimPhone):
    """Takes a request that left for one that arrived."""

    def send(self) -> None:
        try:
            super().send()
        except NoSignal:
            self.outbox.clear()
            raise


class LetsGoWhenRefused(SimPhone):
    """Takes a refusal for an answer, as an app that drops what gets a 401."""

    def _note(self, batch: list[Saved], words: str, stuck: set[str]) -> None:
        super()._note(batch, words, stuck)
        for saved in batch:
            self.outbox.pop(saved.written.key, None)


class KeepsTheCursorFirst(SimPhone):
    """Moves its cursor when it asks for a page and not when it has it."""

    def fetch(self) -> None:
        try:
            super().fetch()
        except NoSignal:
            query = {"limit": "7"} | ({"cursor": self.phone.cursor} if self.phone.cursor else {})
            answer = self.phone.get("/api/sync/fetch", query_string=query)
            if answer.status_code == 200:
                self.phone.cursor = answer.get_json()["cursor"]
            raise


class ForgetsNothing(SimPhone):
    """Keeps what it was told to forget."""

    def keep_items(self, items: list[dict[str, Any]]) -> None:
        super().keep_items([item for item in items if item["kind"] != "forget"])


class NeverOffersAgain(SimPhone):
    """Lets go of what was sent before any backup has it."""

    def settle(self, batch: list[Saved], answer: TestResponse | None, stuck: set[str]) -> None:
        super().settle(batch, answer, stuck)
        self.sent.clear()


class WritesAnew(SimPhone):
    """Makes a new entry of what it sends a second time."""

    def _note(self, batch: list[Saved], words: str, stuck: set[str]) -> None:
        super()._note(batch, words, stuck)
        for saved in batch:
            body = saved.written.body
            again = self.phone.write(
                body["form"], body["answers"], service=body["service"], person=body["person"]
            )
            self.outbox.pop(saved.written.key, None)
            self.outbox[again.key] = Saved(again, saved.worker, saved.form, saved.at, saved.claimed)
