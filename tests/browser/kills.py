"""Killing a phone again and again while somebody writes on it, at hooks that chance chooses: what is lost?"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from flask import Flask

from tests.browser.device import Device
from tests.browser.server import Server
from tests.browser.stopping import STOPPING, Stop, stopped_if_it_comes_to
from tests.browser.writing import SENT, go_to_words, kept, press_send

#: Where a kill falls whose moment did not come again.
WHEN_SENT = "when it said that it was sent"
TYPING_MS = 5


@dataclass
class Told:
    """What came of it."""

    kills: int = 0
    where: Counter[str] = field(default_factory=Counter)
    written: int = 0
    arrived: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    #: Drafts that came back as they were one write before the last whose commit was called done.
    one_behind: int = 0
    #: Drafts that were further behind, or gone.
    drafts_lost: list[str] = field(default_factory=list)

    @property
    def all_is_well(self) -> bool:
        """Nothing lost, nothing doubled, and no draft further behind than one write."""
        return self.arrived == self.written and not (self.lost or self.doubled or self.drafts_lost)

    def __str__(self) -> str:
        words = f"{self.kills} kills, {self.written} entries written, {self.arrived} arrived, "
        words += f"{self.written - self.arrived + len(self.lost)} lost, {len(self.doubled)} doubled, "
        return words + f"{self.one_behind} drafts one write behind, {len(self.drafts_lost)} further"


@dataclass
class Kills:
    """A phone whose worker is signed in, its server, and what has come of it so far."""

    phone: Device
    server: Server
    app: Flask
    provider: UUID
    chance: random.Random
    told: Told = field(default_factory=Told)
    #: What was finished sooner or later, so that it must arrive.
    finished: list[str] = field(default_factory=list)
    #: Drafts that were given up before they had a word.
    given_up: set[str] = field(default_factory=set)

    def run(self, times: int, after_each: Callable[[Told], None] = lambda told: None) -> Told:
        """Kill it so many times. The phone was started with STOPPING."""
        hooks = self._hooks()
        for number in range(times):
            moment = self.chance.choice(sorted(hooks))
            self._kill_once(f"{number} {moment}", moment, self.chance.randint(1, hooks[moment]))
            self._count()
            after_each(self.told)
        return self.told

    def _hooks(self) -> dict[str, int]:
        """Write once without a kill: every moment that this passes, and how often."""
        before = Counter(self._passed())
        self._write_and_send("once to begin with")
        self.finished.append("once to begin with")
        return dict(Counter(self._passed()) - before)

    def _passed(self) -> dict[str, int]:
        passed: dict[str, int] = self.phone.page.evaluate("window.passed")
        return passed

    def _write_and_send(self, words: str) -> None:
        go_to_words(self.phone)
        self.phone.page.get_by_role("textbox").press_sequentially(words, delay=TYPING_MS)
        self._send()

    def _send(self) -> None:
        press_send(self.phone)
        self.phone.page.get_by_role("heading", name=SENT).wait_for()

    def _kill_once(self, words: str, moment: str, times: int) -> None:
        with stopped_if_it_comes_to(self.phone, self.server, moment, times) as stops:
            self._write_and_send(words)
        if not stops:
            self.phone.kill()
        self.told.kills += 1
        self.told.where[stops[0].moment if stops else WHEN_SENT] += 1
        # Switched on again, it sends before anybody has unlocked it.
        self.phone.start(init_script=STOPPING)
        self.phone.waits_until_empty("outbox")
        self.phone.unlock()
        is_here = words in kept(self.app, self.provider)
        if not is_here and not stops:
            self.told.lost.append(f"{words}: it had said that it was sent")
        self._go_on(words, stops[0] if stops else None, is_here)
        self.finished.append(words)

    def _go_on(self, words: str, stop: Stop | None, is_here: bool) -> None:
        """Look for what was begun, and finish it. It is either here, whole, or a draft with all that was written."""
        drafts = [row["key"] for row in self.phone.stored("draft") if row["key"] not in self.given_up]
        if is_here:
            self.told.doubled += [f"{words}: it is a draft still" for _ in drafts]
            return
        if stop and stop.before:
            if not drafts:
                self.told.drafts_lost.append(f"{words}: the draft is gone")
                self._write_and_send(words)
                return
            self.phone.go(stop.screen.removeprefix("#/"))
            box = self.phone.page.get_by_role("textbox")
            found = box.input_value()
            if not found.startswith(stop.before):
                self.told.drafts_lost.append(f"{words}: {stop.written!r} became {found!r}")
            elif not found.startswith(stop.written):
                self.told.one_behind += 1
            box.fill(words)
            self._send()
            return
        self.given_up |= set(drafts)
        self._write_and_send(words)

    def _count(self) -> None:
        here = Counter(kept(self.app, self.provider))
        told = self.told
        told.written = len(self.finished)
        told.arrived = sum(1 for words in self.finished if here[words])
        twice = [f"{words}: here {count} times" for words, count in here.items() if count > 1]
        told.doubled += [each for each in twice if each not in told.doubled]
