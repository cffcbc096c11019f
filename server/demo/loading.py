"""Loading the demo: the provider first, then every entry of the story, kept as if it had just arrived."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from server.demo import house
from server.demo.clock import Clock
from server.demo.phone import Phones
from server.demo.planned import Planned
from server.demo.seed import Seed
from server.demo.story import tell
from server.domain.rules import Rules
from server.extensions import db, work_for
from server.models import IntakeKey
from server.services import photo as photos
from server.services.escalation import DueRung, due_rungs, raise_rungs
from server.services.intake import Opened
from server.services.sending import receiving

#: So many entries are kept at once, and so many rungs are raised.
AT_ONCE = 100
#: What may stop a deadline: before any of these is kept, whatever was due by then is raised.
ANSWERS = {"acknowledgement", "review"}

Progress = Callable[[int, int], None]


class DemoNotKept(RuntimeError):
    """The demo holds an entry that Heed does not accept."""


def load(app: Flask, at: datetime, progress: Progress = lambda done, of: None) -> UUID:
    """Make the demo provider as it stands at `at`, with the four weeks before it. Answers its id.

    `progress` is told how many entries are kept, and of how many. Raises Taken when the demo is there.
    """
    seed, parts = Seed(), app.extensions
    story = tell(at, parts["rules"], seed)
    phones = Phones(seed)
    with app.app_context():
        provider = house.build(Clock(at), seed, phones, parts["keys"].make_intake)
        intake_key = db.session.scalars(select(IntakeKey.id)).one()
        written = phones.write_all(story)
        received = {each.key(seed): each.received for each in story}
        done = 0
        for batch in _batches(story):
            _raise(provider, parts["rules"], received, batch[0].received)
            _keep(provider, parts, [written[each.name] for each in batch], batch[-1].received)
            for each in batch:
                _keep_photos(provider, parts, each, written[each.name], intake_key)
                done += 1
                progress(done, len(story))
        _raise(provider, parts["rules"], received, at)
        # Once, at the end: a start that is killed half way leaves no half of a demo behind.
        db.session.commit()
    return provider


def _batches(story: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
    """The story in parts, each beginning with an answer or with what follows a full part."""
    batch: list[Planned] = []
    for each in story:
        if batch and (each.form in ANSWERS or len(batch) == AT_ONCE):
            yield batch
            batch = []
        batch.append(each)
    yield batch


def _raise(provider: UUID, rules: Rules, received: Mapping[str, datetime], until: datetime) -> None:
    """Raise what became due, each rung as of its own moment, as if jobs had run all along."""

    def moment(rung: DueRung) -> datetime:
        # Nobody could be told of what had not arrived.
        return max(rung.at, received[rung.thread_key])

    work_for(provider)
    while due := [rung for rung in due_rungs(until, AT_ONCE) if rung.provider == provider]:
        due.sort(key=moment)
        for at, rungs in groupby(due, key=moment):
            raise_rungs(provider, list(rungs), rules, at)


def _keep(provider: UUID, parts: dict[str, Any], opened: Sequence[Opened], at: datetime) -> None:
    work_for(provider)
    for outcome in receiving(provider, parts, at).keep(opened):
        if outcome.outcome != "accepted":
            raise DemoNotKept(f"Entry {outcome.id} of the demo was {outcome.outcome}: {outcome.words}")


def _keep_photos(
    provider: UUID, parts: dict[str, Any], each: Planned, opened: Opened, intake_key: UUID
) -> None:
    if not each.photos_here:
        return
    for photo in each.photos:
        picture = parts["darkroom"].made_anew(photo)
        stored = hashlib.sha256(picture).hexdigest()
        parts["photos"].put(provider, stored, picture)
        name = photos.PhotoName(
            provider=provider,
            signing_key=opened.signing_key,
            entry=opened.body.id,
            hash=hashlib.sha256(photo).hexdigest(),
            intake_key=intake_key,
        )
        photos.keep(name, opened.device, stored, len(picture), each.received)
