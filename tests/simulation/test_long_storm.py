"""Some thousand entries in one world: what short storms cannot show, as hundreds of receipts and deep tables."""

from __future__ import annotations

import pytest

from tests.simulation.conftest import MakeWorld
from tests.simulation.long_storm import MIX, PHOTOS, WRITERS, LongStorm, in_a_hurry


@pytest.mark.parametrize(
    ("entries", "faults"), [(300, 60), pytest.param(20_000, 2_000, marks=pytest.mark.volume)]
)
def test_nothing_is_lost_or_doubled_in_a_long_storm(new_world: MakeWorld, entries: int, faults: int) -> None:
    with new_world(in_a_hurry, writers=WRITERS, mix=MIX, photos=PHOTOS) as world:
        told = LongStorm(world, entries, faults, seed=1).run()
    assert (told.lost, told.doubled, told.broken) == (0, 0, [])
    assert told.entries == entries
    assert sum(told.faults.values()) >= faults
