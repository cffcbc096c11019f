"""What PostgreSQL itself says of the walls: nothing of ours stands outside them, but for what is named here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from server.models import Provider

#: Tables that belong to no provider, and why.
OF_NOBODY = {"alembic_version": "says how far the migrations got, and nothing of anybody"}
#: Where the provider is the row itself.
ITSELF = {"provider": "id"}
#: What is unique over all providers, and why it must be.
UNIQUE_TO_ALL = {
    # Codes stand there only as hashes.
    "uq_directory_kind_name": "a handle or a code leads to a provider before anybody knows which",
}
#: Tables without a foreign key, and why.
LOOSE = {
    "feed": "is derived and can be made anew; its rows are written under the lock on the head of their provider, "
    "which a key of their own would only ask for again"
}
#: Policies beside the one that keeps to a provider, as (table, name): for whom, and why.
FURTHER = {
    ("directory", "anybody_may_ask"): ("public", "whoever signs in or joins says no provider but a handle or a code"),
    **{
        (table, "jobs_look_across"): ("heed_jobs", "a clock must find what is due before it can say whose it is")
        for table in ("deadline", "rung", "escalation", "notice_delivery", "provider")
    },
}  # fmt: skip
#: Schemas beside `public`, and why they stand outside the walls.
OTHER_SCHEMAS = {"queue": "Procrastinate's own tables; what a job is given is ids alone"}
SERVING = ("heed_web", "heed_jobs")

Ask = Callable[..., list[Any]]


@pytest.fixture
def ask(app: Flask) -> Ask:
    """Asks the catalogue as the owner, who sees all of it."""

    def rows(question: str, **values: Any) -> list[Any]:
        with app.extensions["owner_engine"].connect() as connection:
            return [tuple(row) for row in connection.execute(text(question), values)]

    return rows


def owner_of(table: str) -> str:
    return ITSELF.get(table, "provider_id")


def test_every_table_is_ours_or_named(ask: Ask):
    tables = ask(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'f')"
    )
    assert {name for (name,) in tables} == {*Provider.metadata.tables, *OF_NOBODY}
    schemas = ask(
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
    )
    assert {name for (name,) in schemas} == {"public", *OTHER_SCHEMAS}


def test_the_provider_is_in_every_primary_key_and_every_unique_index(ask: Ask):
    indexes = ask("""
        SELECT tables.relname, indexes.relname, indisprimary, ARRAY(
            SELECT attname::text FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY(indkey))
        FROM pg_index JOIN pg_class tables ON tables.oid = indrelid JOIN pg_class indexes ON indexes.oid = indexrelid
        WHERE tables.relnamespace = 'public'::regnamespace AND (indisunique OR indisexclusion)
    """)
    ours = [row for row in indexes if row[0] not in OF_NOBODY]
    outside = {index for table, index, _, columns in ours if owner_of(table) not in columns}
    assert outside == set(UNIQUE_TO_ALL)
    assert {table for table, _, is_primary, _ in ours if is_primary} == set(Provider.metadata.tables)


def test_no_row_is_without_a_provider(ask: Ask):
    columns = ask("""
        SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnotnull
    """)
    assert {(table, owner_of(table)) for table in Provider.metadata.tables} <= set(columns)


def test_every_foreign_key_takes_the_provider_along(ask: Ask):
    keys = ask("""
        SELECT conname, conrelid::regclass::text, confrelid::regclass::text, ARRAY(
            SELECT here.attname || ' = ' || there.attname FROM unnest(conkey, confkey) AS pair (mine, theirs)
            JOIN pg_attribute here ON here.attrelid = conrelid AND here.attnum = mine
            JOIN pg_attribute there ON there.attrelid = confrelid AND there.attnum = theirs)
        FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
    """)
    wrong = [row for row in keys if f"{owner_of(row[1])} = {owner_of(row[2])}" not in row[3]]
    assert wrong == []
    # Each table hangs on its provider, by itself or by what it points at.
    assert {table for _, table, _, _ in keys} == set(Provider.metadata.tables) - {*ITSELF, *LOOSE}


def test_row_level_security_holds_every_command_and_the_owner_too(ask: Ask):
    tables = ask("""
        SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    """)
    assert {row for row in tables if row[0] not in OF_NOBODY} == {
        (name, True, True) for name in Provider.metadata.tables
    }
    policies = ask(
        "SELECT tablename, policyname, permissive, cmd, roles::text[], qual, with_check FROM pg_policies"
    )
    keeping = {row[0]: row[2:] for row in policies if row[1] == "one_provider"}
    assert set(keeping) == set(Provider.metadata.tables)
    for table, (permissive, command, roles, using, check) in keeping.items():
        mine = f"({owner_of(table)} = (NULLIF(current_setting('heed.provider'::text, true), ''::text))::uuid)"
        assert (permissive, command, roles, using, check) == ("PERMISSIVE", "ALL", ["public"], mine, mine), (
            table
        )
    further = {(row[0], row[1]): (row[3], row[4]) for row in policies if row[1] != "one_provider"}
    assert further == {place: ("SELECT", [who]) for place, (who, _) in FURTHER.items()}


def test_nothing_reads_with_somebody_elses_rights(ask: Ask):
    views = ask("""
        SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relkind IN ('v', 'm') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
        AND NOT (relkind = 'v' AND coalesce(reloptions::text, '') ~ 'security_invoker=(true|on)')
    """)
    assert views == []
    functions = ask("""
        SELECT proname FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
        WHERE prosecdef AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    """)
    assert functions == []


@pytest.mark.parametrize("role", SERVING)
def test_a_role_that_serves_cannot_go_round_the_walls(ask: Ask, role: str):
    abilities = ask(
        """
        SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin
        FROM pg_roles WHERE rolname = :role
        """,
        role=role,
    )
    assert abilities == [(False,) * 6]
    becomes = ask("SELECT roleid FROM pg_auth_members WHERE member = CAST(:role AS regrole)", role=role)
    assert becomes == []


@pytest.mark.parametrize("role", [*SERVING, "heed_backup"])
def test_a_role_that_serves_or_backs_up_owns_and_makes_nothing(ask: Ask, role: str):
    owned = ask(
        "SELECT classid::regclass::text, objid FROM pg_shdepend WHERE refobjid = CAST(:role AS regrole) "
        "AND deptype = 'o'",
        role=role,
    )
    assert owned == []
    makes = ask(
        """
        SELECT nspname FROM pg_namespace
        WHERE has_schema_privilege(:role, oid, 'CREATE') OR has_database_privilege(:role, current_database(), 'CREATE')
        """,
        role=role,
    )
    assert makes == []


def test_the_role_for_backups_reads_everything_and_writes_nothing(ask: Ask):
    tables = """
        SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')
        AND relnamespace IN ('public'::regnamespace, 'queue'::regnamespace) AND
    """
    assert ask(f"{tables} NOT has_table_privilege('heed_backup', pg_class.oid, 'SELECT')") == []
    writes = "INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"
    assert ask(f"{tables} has_table_privilege('heed_backup', pg_class.oid, '{writes}')") == []
    columns = "INSERT, UPDATE, REFERENCES"
    assert ask(f"{tables} has_any_column_privilege('heed_backup', pg_class.oid, '{columns}')") == []
    # Going round row-level security is what a whole copy takes; nobody can come in as this role.
    held = ask("""
        SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin
        FROM pg_roles WHERE rolname = 'heed_backup'
    """)
    assert held == [(False, True, False, False, False)]


def test_who_serves_can_empty_and_watch_no_table(ask: Ask):
    for role in SERVING:
        found = ask(
            """
            SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
            AND has_table_privilege(:role, oid, 'TRUNCATE, REFERENCES, TRIGGER')
            """,
            role=role,
        )
        assert found == [], role


def test_nobody_has_anything_without_being_named(ask: Ask):
    granted = ask("""
        SELECT relname, privilege_type FROM pg_class, aclexplode(relacl)
        WHERE relnamespace = 'public'::regnamespace AND grantee = 0
    """)
    assert granted == []
