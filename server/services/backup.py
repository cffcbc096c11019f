"""How old the newest verified backup is, for whoever looks after the instance."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from server.extensions import db, work_for, work_for_nobody
from server.models import Backup, Directory
from server.services.provider import HANDLE


class BackupState(StrEnum):
    """Whether a verified backup is young enough."""

    OK = "ok"
    OLD = "old"
    NONE = "none"
    UNKNOWN = "unknown"


def newest_backup() -> datetime | None:
    """When the newest backup of any provider was made, among those that were verified.

    A backup holds every provider, so a provider that is younger than the newest changes nothing.
    """
    newest: datetime | None = None
    handles = select(Directory.provider_id).where(Directory.kind == HANDLE)
    for (provider,) in db.session.execute(handles).all():
        work_for(provider)
        made_at = db.session.scalar(select(func.max(Backup.made_at)))
        newest = max(filter(None, (newest, made_at)), default=None)
    work_for_nobody()
    return newest


def backup_state(oldest: timedelta, at: datetime) -> BackupState:
    """Whether there is a verified backup that is younger than `oldest`. Never raises for a database that is away."""
    try:
        newest = newest_backup()
    except SQLAlchemyError:
        db.session.rollback()
        return BackupState.UNKNOWN
    if newest is None:
        return BackupState.NONE
    return BackupState.OK if at - newest <= oldest else BackupState.OLD


def backup_warning(oldest: timedelta, at: datetime) -> str | None:
    """One sentence for whoever starts Heed when no verified backup is young enough; None when all is well."""
    hours = int(oldest.total_seconds() // 3600)
    match backup_state(oldest, at):
        case BackupState.NONE:
            return (
                "There is no verified backup yet. Take one now: heed backup PLACE (docs/operate.md says how)."
            )
        case BackupState.OLD:
            return f"No verified backup is younger than {hours} hours. Take one now: heed backup PLACE."
        case _:
            return None
