"""Whoever asks without end waits, and keeps nobody else waiting.

Counted is each session, and each address from which somebody asks without one; never a session by its address, which
a whole house may share. Each web process counts for itself, in memory: this is to keep Heed answering and guards no
secret. What guesses at passwords is counted elsewhere and exactly. Source: docs/rules/edges.md.
"""

from __future__ import annotations

import math
import threading
from ipaddress import IPv6Address, ip_address, ip_network
from time import monotonic
from uuid import UUID

from flask import current_app, request

from server.domain.errors import Throttled
from server.domain.pace import Pace

BUSY = "Too much at once. It is all kept on your phone, and sent a little later."


class Flood:
    """The paces of one process. Any thread may ask."""

    def __init__(self, a_second: int) -> None:
        self._lock = threading.Lock()
        self._pace = Pace(a_second)

    def count(self, who: UUID | str) -> None:
        """One request more. Raises Throttled when it is one too many."""
        with self._lock:
            wait = self._pace.ask(who, monotonic())
        if wait:
            raise Throttled(BUSY, math.ceil(wait))


def count_session(session: UUID) -> None:
    """Count a request of a session. Raises Throttled."""
    _flood().count(session)


def count_address() -> None:
    """Count a request of somebody without a session. Raises Throttled."""
    _flood().count(_household(request.remote_addr or ""))


def _household(address: str) -> str:
    """An IPv6 address is one of more than anybody can count, which all belong to one connection."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((known, 64), strict=False)) if isinstance(known, IPv6Address) else address


def _flood() -> Flood:
    flood: Flood = current_app.extensions["flood"]
    return flood
