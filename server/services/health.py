"""Whether the parts that Heed stands on are there."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.extensions import db


def is_database_well() -> bool:
    """Whether the database answers."""
    return _answers("SELECT 1")


def is_queue_well() -> bool:
    """Whether jobs can be put into the queue."""
    return _answers("SELECT 1 FROM queue.procrastinate_jobs LIMIT 1")


def _answers(question: str) -> bool:
    try:
        db.session.execute(text(question))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True
