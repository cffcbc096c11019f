"""Two providers in one database, and who works for the first of them in which way."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, SessionTransaction

from tests.people import Provider


@dataclass(frozen=True)
class TwoProviders:
    """Ids of both, for whoever works at `home` and must not reach `away`."""

    home: UUID
    away: UUID
    home_service: UUID
    away_service: UUID
    home_person: UUID
    away_person: UUID
    home_worker: UUID
    away_worker: UUID
    home_slot: UUID
    away_slot: UUID
    home_people: int

    @classmethod
    def of(cls, home: Provider, away: Provider, home_slot: UUID, away_slot: UUID) -> TwoProviders:
        return cls(
            home=home.id,
            away=away.id,
            home_service=home.services["north"],
            away_service=away.services["quay"],
            home_person=home.people["grace"],
            away_person=away.people["mo"],
            home_worker=home.workers["amina"],
            away_worker=away.workers["dev"],
            home_slot=home_slot,
            away_slot=away_slot,
            home_people=len(home.people),
        )

    def others_work(self, session: Session) -> None:
        """Somebody of the other provider has used this session and its connection just before."""
        session.rollback()
        session.info["provider"] = self.away
        session.execute(text("SELECT count(*) FROM person"))
        session.commit()
        session.info["provider"] = self.home


class UnscopedSession(FlaskSession):
    """A session that tells the database for whom it works, as ours does, and asks for nothing by itself."""


@event.listens_for(UnscopedSession, "after_begin")
def _tell_the_database(session: UnscopedSession, _: SessionTransaction, connection: Connection) -> None:
    provider = str(session.info["provider"])
    connection.execute(text("SELECT set_config('heed.provider', :p, true)"), {"p": provider})
