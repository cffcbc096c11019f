"""Knocking at open doors: an address that keeps showing what leads nowhere must wait.

A wrong password is noted with the account that it was for. A code that nobody made, or a handle that no provider
has, belongs to nobody's records, so these are counted here, in the memory of each process, and forgotten with it.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from flask import current_app, request

from server.api import access
from server.domain.errors import NotFound, Throttled

#: In a training room many people mistype behind one address.
FREE = 30
WITHIN = timedelta(minutes=10)
#: So many addresses are remembered; the one that was quiet longest is forgotten first.
MOST = 10_000


class Knocks:
    """How often something was knocked at, and from where."""

    def __init__(self) -> None:
        self._knocks: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def wait(self, who: str, free: int, now: datetime) -> int:
        """For how many seconds whoever it is must wait; 0 when they need not."""
        with self._lock:
            past = self._past(who, now)
            if len(past) < free:
                return 0
            return max(1, math.ceil((past[-free] + WITHIN - now).total_seconds()))

    def note(self, who: str, now: datetime) -> None:
        """Note a knock."""
        with self._lock:
            self._past(who, now).append(now)
            self._knocks.move_to_end(who)
            while len(self._knocks) > MOST:
                self._knocks.popitem(last=False)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._knocks.clear()

    def _past(self, who: str, now: datetime) -> deque[datetime]:
        past = self._knocks.setdefault(who, deque())
        while past and now - past[0] >= WITHIN:
            past.popleft()
        return past


def demand_few() -> None:
    """Refuse an address that has shown too much that leads nowhere."""
    demand_fewer_than(FREE, f"nowhere {request.remote_addr}")


@contextmanager
def noting_what_leads_nowhere() -> Iterator[None]:
    """Note it when what an address shows leads nowhere, whatever it is told."""
    try:
        yield
    except NotFound:
        led_nowhere()
        raise


def led_nowhere() -> None:
    """Note that what an address showed led nowhere."""
    _knocks().note(f"nowhere {request.remote_addr}", access.now())


def count(free: int, *who: str) -> None:
    """Note a knock of each of these, and refuse it when one of them has knocked too often."""
    for each in who:
        demand_fewer_than(free, each)
    for each in who:
        _knocks().note(each, access.now())


def demand_fewer_than(free: int, who: str) -> None:
    """Refuse whoever has knocked so often within ten minutes."""
    if wait := _knocks().wait(who, free, access.now()):
        raise Throttled(f"Too many tries. Try again in {wait} seconds.", wait)


def _knocks() -> Knocks:
    knocks: Knocks = current_app.extensions["knocks"]
    return knocks
