"""How fast one session or one address may ask, so that nobody who asks without end keeps the others waiting.

Each asker may ask so often a second over time, and may save up what they do not use. What is kept of each is one
moment: when everything that they saved would be theirs again. Source: docs/rules/edges.md.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

#: Phones that were away ask much at once: this many seconds' worth can be saved up.
SAVED_UP = 20.0
#: Askers that are remembered; more than this at once are no people.
MOST_ASKERS = 50_000


@dataclass
class Pace:
    """What everybody has left. Times are seconds of any clock that only goes forward."""

    a_second: float
    _whole_again: dict[Hashable, float] = field(default_factory=dict)

    def ask(self, who: Hashable, now: float) -> float:
        """Use up one request of theirs. Answers 0, or for how many seconds they must wait; then nothing is used up."""
        one = 1 / self.a_second
        whole_again = max(self._whole_again.get(who, now), now) + one
        wait = whole_again - now - SAVED_UP
        if wait > 0:
            return wait
        if len(self._whole_again) >= MOST_ASKERS and who not in self._whole_again:
            self._forget(now)
        self._whole_again[who] = whole_again
        return 0.0

    def _forget(self, now: float) -> None:
        """Forget whoever has all again, and when that frees little, everybody: a crowd like that is a flood."""
        left = {who: at for who, at in self._whole_again.items() if at > now}
        self._whole_again = left if len(left) < MOST_ASKERS // 2 else {}
