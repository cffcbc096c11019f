"""Phones, a bad network and a server that is killed and restored: nothing is lost, doubled, skipped or swapped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from server.app import create_app
from server.config import Config
from server.extensions import db
from tests.simulation import broken_phones
from tests.simulation.phone import SimPhone
from tests.simulation.schedule import Step, schedule, shrink
from tests.simulation.world import Broken, World

STEPS = 45
Run = Callable[..., None]


@pytest.fixture
def run(copy_of_template: Callable[[], str], config_for: Callable[..., Config]) -> Run:
    """Runs a schedule in a world of its own."""

    def run_it(steps: Sequence[Step], make_phone: Any = SimPhone) -> None:
        address = copy_of_template()
        app = create_app(config_for(address))
        app.testing = True
        with time_machine.travel(datetime(2026, 11, 2, 8, tzinfo=UTC), tick=True) as clock:
            world = World(app, address, clock, make_phone)
            try:
                for step in steps:
                    world.take(step)
                    world.check()
                world.quieten()
                world.check_quiet()
            finally:
                world.close()
                with app.app_context():
                    db.engine.dispose()

    return run_it


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_lost_in_a_storm(run: Run, seed: int) -> None:
    steps = schedule(seed, STEPS)
    try:
        run(steps)
    except Broken as broken:
        fewest = shrink(steps, lambda fewer: _breaks(run, fewer))
        told = "\n".join(f"  {step}" for step in fewest)
        pytest.fail(f"seed {seed}: {broken}\nThe fewest steps that break it:\n{told}")


@pytest.mark.parametrize(
    "kind",
    [
        broken_phones.LetsGoOnSending,
        broken_phones.LetsGoWhenRefused,
        broken_phones.KeepsTheCursorFirst,
        broken_phones.NeverOffersAgain,
        broken_phones.WritesAnew,
    ],
)
def test_the_storm_notices_a_phone_with_one_rule_broken(run: Run, kind: type[SimPhone]) -> None:
    for seed in range(40):
        try:
            run(schedule(seed, STEPS), kind)
        except Broken:
            return
    pytest.fail(f"Nothing noticed: {kind.__doc__}")


def _breaks(run: Run, steps: Sequence[Step]) -> bool:
    try:
        run(steps)
    except Broken:
        return True
    return False
