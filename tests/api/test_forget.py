"""Access that narrows sends a forget to exactly those who had the thread: everybody else must not learn of it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask

from server.domain.role import Role
from tests import people
from tests.answers import concern, visit_note
from tests.api.test_restricted import end_roles, give_role, on_a_new_phone
from tests.people import Provider, Written

SEED = 20_261_124
ON_EACH_RUN, WITH_ALL = 4, 60
STEPS = 22
#: Amina writes most of it, so she always may.
FETCHING = ("ben", "carol", "esther", "farah", "gwen", "hana", "jo")
NAMED = ("Ben", "Carol", "Esther", "Farah", "Gwen", "Hana", "Jo")
GIVEN = (
    Role.SAFEGUARDING_LEAD,
    Role.DEPUTY_MANAGER,
    Role.REGISTERED_MANAGER,
    Role.WORKER,
    Role.PROVIDER_REPRESENTATIVE,
)


@dataclass
class Shelf:
    """What one worker's phone holds of what others wrote, as it was told."""

    holds: set[str] = field(default_factory=set)
    ever_held: set[str] = field(default_factory=set)

    def take(self, items: list[dict[str, Any]], worker: str) -> None:
        """Do as the items say. What was never here cannot be forgotten."""
        for item in items:
            if item["kind"] == "forget":
                assert item["thread"] in self.ever_held, (
                    f"{worker} learnt of a thread by being told to forget it"
                )
                self.holds.discard(item["thread"])
            elif item["kind"] in ("entry", "standing"):
                self.holds.add(item["thread"])
                self.ever_held.add(item["thread"])


@dataclass
class History:
    """A made-up history: concerns, corrections, roles that come and go, phones that fetch now and then."""

    meadow: Provider
    chance: random.Random
    written: list[Written] = field(default_factory=list)
    shelves: dict[str, Shelf] = field(default_factory=lambda: {name: Shelf() for name in FETCHING})

    def live(self) -> None:
        """One thing after the other."""
        happenings = (
            self.write,
            self.write,
            self.correct,
            self.correct,
            self.give,
            self.end,
            *[self.fetch] * 6,
        )
        for _ in range(STEPS):
            self.chance.choice(happenings)()

    def write(self, replaces: str | None = None) -> None:
        """A concern, or sometimes a visit note, by Amina or Ben. Some name somebody."""
        north, grace = self.meadow.services["north"], self.meadow.people["grace"]
        writer = self.meadow.amina if replaces or self.chance.random() < 0.8 else self.meadow.ben
        if not replaces and self.chance.random() < 0.15:
            writer.send(writer.write("visit-note", visit_note(grace), service=north))
            return
        changes: dict[str, Any] = {}
        if self.chance.random() < (0.7 if replaces else 0.3):
            who = ", ".join(self.chance.sample(NAMED, self.chance.randint(1, 3)))
            changes = {"who_caused": self.chance.choice(["our_staff", "not_sure"]), "who_name": who}
        written = writer.write(
            "concern", concern(grace, **changes), service=north, person=grace, replaces=replaces
        )
        writer.send(written)
        if writer is self.meadow.amina:
            self.written.append(written)

    def correct(self) -> None:
        """Amina corrects something, often to name somebody."""
        if self.written:
            self.write(replaces=self.chance.choice(self.written).key)

    def give(self) -> None:
        """Somebody is given a role."""
        give_role(self.meadow, self.chance.choice(FETCHING), self.chance.choice(GIVEN))

    def end(self) -> None:
        """Somebody loses every role."""
        end_roles(self.meadow, self.chance.choice(FETCHING))

    def fetch(self, name: str | None = None) -> None:
        """Somebody's phone fetches, in small pages or large."""
        name = name or self.chance.choice(FETCHING)
        self.shelves[name].take(self.meadow.phone(name).fetch(self.chance.choice([1, 3, 500])), name)


@pytest.fixture(scope="module")
def how_many(everything: bool) -> int:
    return WITH_ALL if everything else ON_EACH_RUN


def test_a_forget_goes_to_exactly_those_who_had_it(app: Flask, how_many: int):
    for number in range(how_many):
        history = History(people.meadow(app, f"meadow{number}"), random.Random(SEED + number))
        history.live()
        for name, shelf in history.shelves.items():
            history.fetch(name)
            readable = {
                item["thread"] for item in on_a_new_phone(history.meadow.phone(name)) if "thread" in item
            }
            assert shelf.holds == readable, f"history {number}: {name}"
