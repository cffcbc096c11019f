"""Any mix of what can happen to phones and their server, found and made smaller by hypothesis."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.simulation.conftest import MakeWorld
from tests.simulation.network import Fault
from tests.simulation.schedule import LEAVERS, WAITS, WHO, Step
from tests.simulation.world import World

EXAMPLES, EXAMPLES_OF_ALL = 4, 60
NUMBERS = st.integers(min_value=0, max_value=2**31)
FAULTS = st.lists(st.tuples(st.sampled_from(list(Fault)), st.integers(0, 40)), max_size=5)


def machine(new_world: MakeWorld) -> type[RuleBasedStateMachine]:
    """The rules by which a world goes on. Each example has a world of its own."""

    class Life(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self._open = ExitStack()
            self.world: World | None = None

        @initialize()
        def begin(self) -> None:
            self.world = self._open.enter_context(new_world())

        @rule(who=st.sampled_from(WHO), number=NUMBERS)
        def write(self, who: str, number: int) -> None:
            self._take("write", who, number)

        @rule(who=st.sampled_from(WHO), faults=FAULTS)
        def sync(self, who: str, faults: list[tuple[Fault, int]]) -> None:
            self._take("sync", who, 0, tuple(faults))

        @rule(minutes=st.sampled_from(WAITS))
        def wait(self, minutes: int) -> None:
            self._take("wait", "amina", minutes)

        @rule(what=st.sampled_from(["late", "snapshot", "verify", "restore"]))
        def server(self, what: str) -> None:
            self._take(what, "amina", 0)

        @rule(
            what=st.sampled_from(["clock", "session_ends", "sign_in", "update"]),
            who=st.sampled_from(WHO),
            number=NUMBERS,
        )
        def phone(self, what: str, who: str, number: int) -> None:
            self._take(what, who, number)

        @rule(who=st.sampled_from(LEAVERS), number=NUMBERS)
        def leave(self, who: str, number: int) -> None:
            self._take("leave", who, number)

        @invariant()
        def holds(self) -> None:
            if self.world:
                self.world.check()

        def teardown(self) -> None:
            with self._open:
                if self.world:
                    self.world.quieten()
                    self.world.check_quiet()

        def _take(self, what: str, who: str, number: int, faults: Any = ()) -> None:
            assert self.world
            self.world.take(Step(what, who, number, faults))

    return Life


def test_whatever_happens_in_whatever_order_nothing_is_lost(new_world: MakeWorld, everything: bool) -> None:
    run_state_machine_as_test(
        machine(new_world),
        settings=settings(
            max_examples=EXAMPLES_OF_ALL if everything else EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            derandomize=not everything,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
