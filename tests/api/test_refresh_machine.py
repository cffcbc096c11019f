"""Any mix of lost replies, tabs, pauses and thieves: the owner alone is never signed out, and a thief never stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.api.test_session import cookie_of, show
from tests.people import Phone, Provider

APART = timedelta(minutes=5)
PAUSES = st.sampled_from(
    [timedelta(seconds=1), timedelta(seconds=59), timedelta(seconds=61), timedelta(hours=9)]
)


def machine_for(meadow: Provider) -> type[RuleBasedStateMachine]:
    """The machine, with a provider to sign in at."""

    class Refreshing(RuleBasedStateMachine):
        """One session: its owner's token, and the one that a thief copied, if any."""

        def __init__(self) -> None:
            super().__init__()
            self.travel = time_machine.travel("2026-11-24T09:00:00+00:00", tick=False)
            self.clock = self.travel.start()
            self.ended = self.thief_used = False
            phone = Phone(meadow.app, "amina@meadow")
            assert phone.sign_in().status_code == 200
            self.owners = cookie_of(phone)
            self.thiefs: str | None = None

        def show(self, token: str) -> str | None:
            """Show a token from a browser of its own. Answers the new one, None when the session has ended."""
            status, new = show(meadow.app.test_client(), token)
            assert status == (401 if self.ended else status)
            if status == 200:
                return str(new)
            assert status == 401
            # Without a thief at work nobody is ever signed out.
            assert self.ended or self.thief_used
            self.ended = True
            return None

        @rule(pause=PAUSES)
        def time_passes(self, pause: timedelta) -> None:
            self.clock.shift(pause)

        @rule()
        def the_owner_refreshes(self) -> None:
            self.owners = self.show(self.owners) or self.owners

        @rule(replies=st.integers(1, 3))
        def replies_to_the_owner_are_lost(self, replies: int) -> None:
            for _ in range(replies):
                self.show(self.owners)

        @rule()
        def two_tabs_ask_at_once(self) -> None:
            one, other = self.show(self.owners), self.show(self.owners)
            assert one == other
            self.owners = one or self.owners

        @rule()
        def a_thief_copies_the_token(self) -> None:
            self.thiefs = self.owners

        @precondition(lambda self: self.thiefs is not None)
        @rule()
        def the_thief_refreshes(self) -> None:
            assert self.thiefs is not None
            self.thief_used = True
            self.thiefs = self.show(self.thiefs) or self.thiefs

        def teardown(self) -> None:
            try:
                if self.thief_used:
                    self._both_go_on()
                    assert self.ended, "a thief and the owner both stayed signed in"
                else:
                    assert self.show(self.owners) is not None
            finally:
                self.travel.stop()

        def _both_go_on(self) -> None:
            for _ in range(3):
                self.clock.shift(APART)
                self.owners = self.show(self.owners) or self.owners
                self.clock.shift(APART)
                assert self.thiefs is not None
                self.thiefs = self.show(self.thiefs) or self.thiefs

    return Refreshing


def test_the_owner_alone_is_never_signed_out_and_a_thief_never_stays(meadow: Provider, everything: bool):
    how = settings(
        max_examples=200 if everything else 4,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    made: Any = machine_for(meadow)
    run_state_machine_as_test(made, settings=how)
