"""Migrations: numbered, one head, and what they make is what the models say, on every PostgreSQL we support."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from server.models import Provider

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


@pytest.fixture
def scripts() -> ScriptDirectory:
    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def test_migrations_are_numbered_in_order_with_one_head(scripts: ScriptDirectory):
    numbers = [script.revision for script in reversed(list(scripts.walk_revisions()))]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert scripts.get_heads() == [numbers[-1]]
    names = sorted(path.stem for path in (MIGRATIONS / "versions").glob("*.py"))
    assert [name.split("_")[0] for name in names] == numbers


def test_the_migrated_database_is_what_the_models_say(app: Flask):
    with app.extensions["owner_engine"].connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Provider.metadata) == []


def test_every_table_of_ours_has_both_walls(app: Flask):
    with app.extensions["owner_engine"].connect() as connection:
        tables = connection.execute(
            text("""
                SELECT relname, relrowsecurity, relforcerowsecurity, EXISTS (
                    SELECT 1 FROM pg_policies WHERE schemaname = 'public' AND tablename = relname
                    AND policyname = 'one_provider')
                FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
            """)
        ).all()
    ours = {row[0]: tuple(row[1:]) for row in tables}
    ours.pop("alembic_version")
    assert set(ours) == set(Provider.metadata.tables)
    assert {name for name, walls in ours.items() if walls != (True, True, True)} == set()


def test_the_roles_that_serve_cannot_go_round_the_walls(app: Flask):
    with app.extensions["owner_engine"].connect() as connection:
        roles = connection.execute(
            text("""
                SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles
                WHERE rolname IN ('heed_web', 'heed_jobs')
            """)
        ).all()
    assert sorted(map(tuple, roles)) == [
        ("heed_jobs", False, False, False, False),
        ("heed_web", False, False, False, False),
    ]


def test_what_a_person_wrote_can_be_neither_changed_nor_deleted_and_nobody_who_serves_promises_a_backup(
    app: Flask,
):
    with app.extensions["owner_engine"].connect() as connection:
        may = connection.execute(
            text("""
                SELECT has_table_privilege('heed_web', 'entry', 'DELETE'),
                       has_table_privilege('heed_web', 'entry', 'TRUNCATE'),
                       has_column_privilege('heed_web', 'entry', 'body', 'UPDATE'),
                       has_column_privilege('heed_web', 'entry', 'answers', 'UPDATE'),
                       has_column_privilege('heed_web', 'entry', 'effect', 'UPDATE'),
                       has_table_privilege('heed_jobs', 'entry', 'DELETE'),
                       has_table_privilege('heed_web', 'backup', 'INSERT'),
                       has_table_privilege('heed_jobs', 'restoration', 'INSERT')
            """)
        ).one()
    assert tuple(may) == (False, False, False, False, True, False, False, False)


def test_postgresql_is_one_that_we_support(app: Flask):
    with app.extensions["owner_engine"].connect() as connection:
        version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    assert version >= 150_000
