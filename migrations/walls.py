"""The second wall between providers: database roles, grants and row-level security.

A table's policy lets a role reach only the rows of the provider named in `heed.provider`, which a session sets
at the start of each commit's work. `FORCE` holds the table's owner to it as well.

- `heed_web` serves requests.
- `heed_jobs` runs jobs; it may also look across providers for what is due, and for nothing else.
- `heed_backup` reads everything, for backups.
"""

from collections.abc import Iterable

from alembic import op

#: What the rules derive may be thrown away and worked out again; nothing else can be deleted.
DERIVED = {"standing", "deadline", "rung", "feed"}
#: Rosters and subscriptions are replaced as a whole when somebody edits them.
REPLACED = {
    "on_call",
    "shift",
    "push_subscription",
    "notice_delivery",
    "directory",
    "thread_reader",
    "photo_part",
}
#: What a person wrote never changes; only what the rules say of it does.
ONLY_COLUMNS = {"entry": "thread_key, effect, effect_reason"}
#: Where a job looks, across providers, for what is due.
LOOKED_ACROSS = {"deadline", "rung", "escalation", "notice_delivery", "provider"}


#: Makes the roles that serve, run jobs and back up, unless the cluster has them already.
MAKE_ROLES = tuple(
    f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') "
    f"THEN CREATE ROLE {role} NOLOGIN {ability}; END IF; "
    "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    for role, ability in (("heed_web", ""), ("heed_jobs", ""), ("heed_backup", "BYPASSRLS"))
)


def make_roles() -> None:
    """Make the roles, and let whoever migrates become those that serve and run jobs."""
    for statement in MAKE_ROLES:
        op.execute(statement)
    # Whoever migrates also connects to serve and to run jobs; since PostgreSQL 16 making a role is not enough.
    op.execute("GRANT heed_web, heed_jobs TO CURRENT_USER")
    op.execute("GRANT USAGE ON SCHEMA public TO heed_web, heed_jobs, heed_backup")


def build_walls(tables: Iterable[str]) -> None:
    """Give each table its policy and say what each role may do there."""
    for table in tables:
        column = "id" if table == "provider" else "provider_id"
        own_rows = f"{column} = nullif(current_setting('heed.provider', true), '')::uuid"
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY one_provider ON {table} USING ({own_rows}) WITH CHECK ({own_rows})")
        if table == "directory":
            op.execute("CREATE POLICY anybody_may_ask ON directory FOR SELECT USING (true)")
        if table in LOOKED_ACROSS:
            op.execute(f"CREATE POLICY jobs_look_across ON {table} FOR SELECT TO heed_jobs USING (true)")
        op.execute(f"GRANT SELECT ON {table} TO heed_web, heed_jobs, heed_backup")
        op.execute(f"GRANT INSERT ON {table} TO heed_web, heed_jobs")
        columns = f" ({ONLY_COLUMNS[table]})" if table in ONLY_COLUMNS else ""
        op.execute(f"GRANT UPDATE{columns} ON {table} TO heed_web, heed_jobs")
        if table in DERIVED | REPLACED:
            op.execute(f"GRANT DELETE ON {table} TO heed_web, heed_jobs")


def pull_down_walls(tables: Iterable[str]) -> None:
    """Take the policies away again, before their tables go."""
    for table in tables:
        for policy in ("one_provider", "anybody_may_ask", "jobs_look_across"):
            op.execute(f"DROP POLICY IF EXISTS {policy} ON {table}")
