"""How long to wait after wrong passwords, without ever locking the rightful owner out.

Wrong tries from one address cost that address more and more time for that account. All addresses together may
try an account a few times a minute and no more. A phone that has signed in to the account before, and shows
the key that it signs with, is counted on its own: a stranger who keeps guessing cannot keep the owner away.
Source: docs/rules/signing-in.md; OWASP ASVS 5.0 section 6.3.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

#: People mistype. These many wrong tries cost nothing.
FREE = 5
LONGEST_WAIT = timedelta(minutes=15)
#: Wrong tries longer ago than this are forgiven.
REMEMBERED = timedelta(hours=1)
#: Above this many remembered from anywhere, an account takes one unknown try in `SLOWLY`.
MANY = 50
SLOWLY = timedelta(seconds=30)

Pause = Callable[[int], timedelta]


def wait(from_here: Sequence[datetime], from_anywhere: Sequence[datetime], now: datetime) -> timedelta:
    """How long this try must wait, given when earlier ones from here and from anywhere went wrong."""
    waits = [_wait(from_here, now, _growing)]
    if len(_remembered(from_anywhere, now)) > MANY:
        waits.append(_wait(from_anywhere, now, lambda _: SLOWLY))
    return max(waits)


def _growing(wrong: int) -> timedelta:
    """Nothing for the free ones, then 2, 4, 8 seconds and so on."""
    if wrong < FREE:
        return timedelta()
    return min(timedelta(seconds=2.0 ** min(wrong - FREE + 1, 20)), LONGEST_WAIT)


def _wait(wrong: Sequence[datetime], now: datetime, pause: Pause) -> timedelta:
    remembered = _remembered(wrong, now)
    if not remembered:
        return timedelta()
    return max(max(remembered) + pause(len(remembered)) - now, timedelta())


def _remembered(wrong: Sequence[datetime], now: datetime) -> list[datetime]:
    return [at for at in wrong if now - at < REMEMBERED]
