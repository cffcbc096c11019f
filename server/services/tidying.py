"""What signing in leaves behind is deleted once nobody needs it: it says who was where and when."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, or_

from server.extensions import db
from server.models import SignInFailure, UsedChallenge, WorkerSession

#: Long enough to look into something that went wrong, and no longer.
KEPT = timedelta(days=30)
#: An answered challenge cannot be answered again after five minutes anyhow.
CHALLENGES_KEPT = timedelta(hours=1)


def tidy(at: datetime) -> int:
    """Delete what is left of sessions that ended, wrong tries and challenges. Answers how many rows."""
    long_over = WorkerSession.absolute_until < at - KEPT
    statements = (
        delete(WorkerSession)
        .where(or_(long_over, WorkerSession.revoked_at < at - KEPT))
        .returning(WorkerSession.id),
        delete(SignInFailure).where(SignInFailure.at < at - KEPT).returning(SignInFailure.id),
        delete(UsedChallenge)
        .where(UsedChallenge.used_at < at - CHALLENGES_KEPT)
        .returning(UsedChallenge.hash),
    )
    return sum(len(db.session.execute(statement).all()) for statement in statements)
