"""Phones, a bad network and a server that is killed and restored: nothing is lost, doubled, skipped or swapped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.simulation import broken_phones, broken_servers
from tests.simulation.conftest import MakeWorld
from tests.simulation.invariants import Broken
from tests.simulation.phone import SimPhone
from tests.simulation.schedule import Step, schedule, shrink

STEPS = 45
#: So many steps of each seed run each time.
FEWER_STEPS = 30
#: So many seeds run each time; the others with `--all`.
EACH_TIME = 20
Run = Callable[..., None]


@pytest.fixture
def run(new_world: MakeWorld) -> Run:
    """Runs a schedule in a world of its own."""

    def run_it(steps: Sequence[Step], make_phone: Any = SimPhone) -> None:
        with new_world(make_phone) as world:
            for step in steps:
                world.take(step)
                world.check()
            world.quieten()
            world.check_quiet()

    return run_it


def _marks(seed: int) -> list[pytest.MarkDecorator]:
    return [] if seed < EACH_TIME else [pytest.mark.volume]


@pytest.mark.parametrize("seed", [pytest.param(seed, marks=_marks(seed)) for seed in range(50)])
def test_nothing_is_lost_in_a_storm(run: Run, seed: int, everything: bool) -> None:
    steps = schedule(seed, STEPS if everything else FEWER_STEPS)
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
        broken_phones.WipesWhenShutOut,
        broken_phones.RewritesForTheNewest,
        broken_phones.LetsGoOfPhotosOnSending,
    ],
)
def test_the_storm_notices_a_phone_with_one_rule_broken(run: Run, kind: type[SimPhone]) -> None:
    for seed in range(40):
        try:
            run(schedule(seed, STEPS), kind)
        except Broken:
            return
    pytest.fail(f"Nothing noticed: {kind.__doc__}")


@pytest.mark.parametrize(
    "broken",
    [
        broken_servers.bins_what_leavers_hold,
        broken_servers.bins_unknown_versions,
        broken_servers.takes_parts_as_they_come,
    ],
)
def test_the_storm_notices_a_server_with_one_rule_broken(
    run: Run, broken: Callable[[], AbstractContextManager[None]]
) -> None:
    with broken():
        for seed in range(40):
            try:
                run(schedule(seed, STEPS))
            except Broken:
                return
    pytest.fail(f"Nothing noticed: {broken.__doc__}")


def _breaks(run: Run, steps: Sequence[Step]) -> bool:
    try:
        run(steps)
    except Broken:
        return True
    return False
