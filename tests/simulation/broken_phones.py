"""Phones with one rule broken, each as some app elsewhere had it. The storm must notice every one of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from werkzeug.test import TestResponse

from tests.simulation.network import NoSignal
from tests.simulation.phone import Saved, SimPhone
from tests.simulation.photo_lane import PhotoLane


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


class WipesWhenShutOut(SimPhone):
    """Clears itself when nobody may sign in on it any more, as an app that takes the phone for stolen."""

    def hand_in(self) -> None:
        if self.is_left:
            self.outbox.clear()
        super().hand_in()


class RewritesForTheNewest(SimPhone):
    """Brings what waits up to the newest form when the app is updated."""

    def update(self, version: int) -> None:
        super().update(version)
        for key, saved in self.outbox.items():
            raw = json.dumps(saved.written.body | {"version": version}).encode()
            item = self.phone.item(saved.written.id, raw)
            self.outbox[key] = replace(saved, written=replace(saved.written, item=item))


class _LetsGoOfPhotos(PhotoLane):
    def send(self, outbox: dict[str, Any], ask: Any, whole: bool) -> None:
        try:
            super().send(outbox, ask, whole)
        except NoSignal:
            self.waiting.clear()
            raise


class LetsGoOfPhotosOnSending(SimPhone):
    """Takes a part of a photo that left for a photo that arrived."""

    def __post_init__(self) -> None:
        self.lane = _LetsGoOfPhotos(self.network, self.phone)
