"""An entry that the story plans: who writes what of whom, and when it was noticed, written and received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from server.demo.cast import Worker, cast
from server.demo.seed import Seed
from server.domain.entry import entry_key


@dataclass(frozen=True)
class Planned:
    """One entry to be. Times are true ones; a phone whose clock is wrong writes others."""

    #: Its name in the story, such as `concern/joan-bruises/review/0`
    name: str
    by: str
    form: str
    service: str
    person: str | None
    observed: datetime
    recorded: datetime
    received: datetime
    answers: Mapping[str, Any]
    about: str | None = None
    replaces: str | None = None
    #: The photos that it names; of those on their way only the name has arrived
    photos: tuple[bytes, ...] = ()
    photos_here: bool = True
    lang: str = "en"

    @property
    def writer(self) -> Worker:
        return cast().workers[self.by]

    @property
    def ahead(self) -> timedelta:
        """How far the clock of the device runs ahead."""
        return timedelta(seconds=self.writer.skew_seconds)

    def id(self, seed: Seed) -> UUID:
        """Its id, made from the device's own clock like any phone's."""
        return seed.entry_id(self.name, self.recorded + self.ahead)

    def key(self, seed: Seed) -> str:
        """Its key: device and id."""
        return entry_key(seed.id_for(f"device/{self.writer.device}"), self.id(seed))


def worker_id(seed: Seed, key: str) -> str:
    """A worker's id as answers hold it."""
    return str(seed.id_for(f"worker/{key}"))


def person_id(seed: Seed, key: str) -> str:
    """A person's id as answers hold it."""
    return str(seed.id_for(f"person/{key}"))


def said(moment: datetime) -> str:
    """A moment as answers and bodies hold it."""
    return moment.isoformat(timespec="seconds")
