"""What readers fetch is written as JSON once, when it comes, and not again for each of them."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

#: What server/services/shown.py writes of an entry that comes.
SHOWN = """
    UPDATE entry SET shown = left(CAST(json_build_object(
        'kind', 'entry', 'key', entry.key, 'form', entry.form, 'version', entry.version, 'service', entry.service_id,
        'person', entry.person_id, 'about', entry.about, 'replaces', entry.replaces,
        'observed_at', entry.observed_at, 'recorded_at', entry.recorded_at, 'received_at', entry.received_at,
        'clock_skew_ms', entry.clock_skew_ms,
        'author', json_build_object('id', entry.author_id, 'name', worker.name),
        'device', entry.device_id, 'answers', entry.answers, 'lang', entry.lang) AS text), -1)
    FROM worker WHERE worker.provider_id = entry.provider_id AND worker.id = entry.author_id
"""
TABLES = ("entry", "worker")


def upgrade() -> None:
    op.add_column("entry", sa.Column("shown", sa.String(), nullable=True))
    # The wall holds the tables' owner, too, and this is for every provider at once.
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("SET LOCAL timezone = 'UTC'")
    op.execute(SHOWN)
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.alter_column("entry", "shown", nullable=False)
    op.execute(
        "ALTER TABLE standing ALTER COLUMN document TYPE json "
        """USING CAST('{"kind": "standing"}' AS jsonb) || document"""
    )


def downgrade() -> None:
    op.execute("ALTER TABLE standing ALTER COLUMN document TYPE jsonb USING CAST(document AS jsonb) - 'kind'")
    op.drop_column("entry", "shown")
