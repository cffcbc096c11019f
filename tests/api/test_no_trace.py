"""What a concern's named person receives is the same with and without it: over every route, by fetch and by push.

Two providers live the same days, with the same people, words and phones. In one of them Amina also sends a concern
that names somebody. Whoever is named, whoever they have power over and everybody else who may not read it asks for
everything there is. Only opaque ids, tokens and times may differ.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from server.jobs.round import tick
from tests import people
from tests.differing import difference
from tests.jobs.conftest import alerts_on, jobs_app, push_service
from tests.push_service import Subscription
from tests.worlds import DataSet, World

__all__ = ["alerts_on", "jobs_app", "push_service"]

ON_EACH_RUN, WITH_ALL = 3, 20
PAIRS = 200


def live(app: Flask, data: DataSet, secret_sent: bool, alerts: Callable[..., Subscription]) -> World:
    """A world up to the moment when everybody looks."""
    handle = f"{'with' if secret_sent else 'none'}{data.number}"
    world = World(people.meadow(app, handle), data, secret_sent)
    world.begin()
    for name in world.outsiders:
        # They looked before it was written, so a place in the list from before must tell nothing either.
        world.meadow.phone(name).fetch(3)
        world.pushes[name] = alerts(world.meadow, name)
    world.whisper()
    world.go_on()
    return world


@pytest.fixture(scope="module")
def how_many(everything: bool) -> int:
    return WITH_ALL if everything else ON_EACH_RUN


def test_nobody_whom_it_is_closed_to_can_tell_that_there_is_a_concern(
    app: Flask, jobs_app: Flask, alerts_on: Callable[..., Subscription], how_many: int, everything: bool
):
    pairs: set[tuple[str, str]] = set()
    for number in range(how_many):
        data = DataSet.made(number)
        worlds = [live(app, data, secret_sent, alerts_on) for secret_sent in (False, True)]
        for later in (65, 66, 70):
            # What a push service did not take at once is tried again.
            tick(jobs_app, datetime.now(UTC) + timedelta(minutes=later))
        # A run between others looks at the named one and one more; with --all at everybody.
        observers = [name for name in worlds[0].outsiders if name != data.named]
        observers = [data.named, *(observers if everything else observers[number % 3 :: 3][:1])]
        for name in observers:
            assert name in worlds[1].outsiders
            since = [
                world.pages(world.meadow.phone(name), 3, world.meadow.phone(name).cursor) for world in worlds
            ]
            assert not difference(*since), f"{data}: {name} fetching on"
            without, with_it = (world.everything(name) for world in worlds)
            for how, seen in without.items():
                assert not difference(seen, with_it[how]), f"{data}: {name} {how}"
            pushes = [world.told_by_push(name) for world in worlds]
            assert pushes[0] == pushes[1], f"{data}: pushes to {name}"
            pairs |= {(how, name) for how in without}
    assert len(pairs) >= (PAIRS if everything else 1)
