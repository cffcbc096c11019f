"""Handing in without a session: what a phone still holds when nobody is signed in on it any more.

The signature says whose it is, so no session is needed: what a good key signed is received as ever, and what was
signed on a phone that was taken back, or by somebody who has left, is kept in quarantine. What nobody here signed
is kept by nobody: it gets no answer, and the phone goes on holding it.
Source: docs/decisions/0012-handing-in-without-a-session.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.extensions import db, work_for
from server.models import Provider
from server.services import sending
from server.services.intake import Held

#: What is held for these reasons was signed by nobody whom we know.
UNPROVED = {"unknown_key", "cannot_open", "bad_signature"}


def hand_in(
    provider: UUID,
    items: Sequence[Mapping[str, Any]],
    skew: timedelta,
    parts: Mapping[str, Any],
    at: datetime,
) -> list[Any]:
    """Receive what somebody of this provider signed. Answers an outcome for each of that.

    Whoever proves nothing is told nothing: not even whether there is such a provider.
    """
    work_for(provider)
    if db.session.scalar(select(Provider.id).where(Provider.id == provider)) is None:
        return []
    receiving = sending.receiving(provider, parts, at)
    opened = receiving.intake.open(items, at, skew)
    proved = [one for one in opened if not (isinstance(one, Held) and one.reason in UNPROVED)]
    return receiving.keep(proved) if proved else []
