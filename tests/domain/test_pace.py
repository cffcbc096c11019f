"""Whoever asks without end waits; whoever does not, never does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.domain import pace
from server.domain.pace import MOST_ASKERS, SAVED_UP, Pace


def test_a_burst_is_answered_and_then_so_many_a_second():
    asked = Pace(8)
    assert sum(asked.ask("amina", 0) == 0 for _ in range(1000)) == 8 * SAVED_UP
    assert sum(asked.ask("amina", 5) == 0 for _ in range(1000)) == 40
    assert asked.ask("ben", 5) == 0


def test_the_wait_is_as_long_as_it_says():
    asked = Pace(8)
    while not (wait := asked.ask("amina", 0)):
        pass
    assert asked.ask("amina", wait * 0.9) > 0
    assert asked.ask("amina", wait * 1.01) == 0


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60), st.floats(0.5, 50))
def test_nobody_is_ever_given_more_than_the_pace(gaps: list[float], a_second: float):
    asked, now, given_out = Pace(a_second), 0.0, 0
    for gap in gaps:
        now += gap
        given_out += sum(asked.ask("amina", now) == 0 for _ in range(20))
        assert given_out <= a_second * (now + SAVED_UP) + 1


def test_a_flood_of_askers_takes_no_more_room(monkeypatch):
    monkeypatch.setattr(pace, "MOST_ASKERS", 100)
    asked = Pace(1)
    for number in range(1000):
        asked.ask(number, number / 100)
        assert len(vars(asked)["_whole_again"]) <= 100
    assert MOST_ASKERS == 50_000
