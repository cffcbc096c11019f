"""A child that ends when its parent does, even when the parent is killed without a chance to say goodbye."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def lifeline(goodbye: signal.Signals) -> Callable[[], None] | None:
    """What a child runs just before it becomes its program, so that the kernel sends it `goodbye` for us.

    Only Linux can promise this. Elsewhere there is none, and the next start stops what was left behind.
    The kernel watches the thread that started the child: start children from the main thread.
    """
    if not sys.platform.startswith("linux"):
        return None
    kernel = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def hold() -> None:
        kernel.prctl(PR_SET_PDEATHSIG, int(goodbye), 0, 0, 0)
        parent_died_meanwhile = os.getppid() != parent
        if parent_died_meanwhile:
            os._exit(1)

    return hold
