"""The walls between providers, each tried with the other out of the way."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from server.extensions import NoProvider, db, work_for, work_for_nobody
from server.models import Person, Provider, Service
from tests.people import Provider as Cast


def test_a_session_that_works_for_nobody_refuses(app: Flask, meadow: Cast):
    with app.app_context(), pytest.raises(NoProvider):
        db.session.scalars(select(Person)).all()


def test_a_session_sees_its_own_provider_alone(app: Flask, meadow: Cast, riverside: Cast):
    with app.app_context():
        work_for(meadow.id)
        assert {person.name for person in db.session.scalars(select(Person))} == {
            "Grace Adeyemi",
            "Harold Finch",
            "Kit Brown",
        }
        work_for(riverside.id)
        assert {person.name for person in db.session.scalars(select(Person))} == {"Mo Farrell"}


@pytest.mark.parametrize("table", sorted(Provider.metadata.tables))
def test_the_database_alone_keeps_foreign_rows_away(app: Flask, meadow: Cast, riverside: Cast, table: str):
    owner = "id" if table == "provider" else "provider_id"
    everything = text(f"SELECT count(*) FROM {table} WHERE {owner} <> :mine")
    with app.app_context():
        work_for(meadow.id)
        foreign = db.session.execute(everything, {"mine": meadow.id}).scalar_one()
        # Anybody may ask where a handle or a join code leads; it says nothing else.
        assert foreign == (1 if table == "directory" else 0)


def test_the_database_alone_shows_nothing_to_whoever_works_for_nobody(app: Flask, meadow: Cast):
    with app.app_context():
        work_for_nobody()
        assert db.session.execute(text("SELECT count(*) FROM worker")).scalar_one() == 0
        db.session.rollback()
        assert db.session.execute(text("SELECT count(*) FROM worker")).scalar_one() == 0


def test_the_database_alone_refuses_a_foreign_row(app: Flask, meadow: Cast, riverside: Cast):
    with app.app_context():
        work_for(meadow.id)
        with pytest.raises(DBAPIError, match="row-level security"):
            db.session.execute(
                text("INSERT INTO directory (provider_id, kind, name) VALUES (:p, 'handle', 'stolen')"),
                {"p": riverside.id},
            )


def test_a_row_cannot_point_into_another_provider(app: Flask, meadow: Cast, riverside: Cast):
    with app.app_context():
        work_for(meadow.id)
        foreign_service = riverside.services["quay"]
        db.session.execute(text("SELECT 1"))
        with pytest.raises(DBAPIError, match="fk_person_provider_id_service_id"):
            db.session.execute(
                text("""
                    INSERT INTO person (provider_id, id, service_id, name, known_as, made_at)
                    VALUES (:p, :id, :s, 'A', 'A', now())
                """),
                {"p": meadow.id, "id": uuid4(), "s": foreign_service},
            )


def test_a_session_refuses_to_keep_a_foreign_row(app: Flask, meadow: Cast, riverside: Cast):
    with app.app_context():
        work_for(meadow.id)
        service = db.session.scalars(select(Service)).first()
        assert service is not None
        work_for(riverside.id)
        service.name = "Taken over"
        with pytest.raises(NoProvider):
            db.session.flush()
