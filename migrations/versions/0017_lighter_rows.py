"""Rows that cost less to insert: no key that another key implies, and no packing of what is a kilobyte."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

#: An entry points at a worker and a standing at a service, within the provider; the feed is written under a lock on
#: the provider's head. Each of these has the key to the provider already.
IMPLIED = ("entry", "standing", "feed")


def upgrade() -> None:
    for table in IMPLIED:
        op.drop_constraint(f"fk_{table}_provider_id", table, type_="foreignkey")
    # Nearly every entry is a little longer than what PostgreSQL packs by itself, and packing it saves little.
    op.execute("ALTER TABLE entry SET (toast_tuple_target = 8160)")
    op.create_index("ix_quarantine_provider_id_thread_key", "quarantine", ["provider_id", "thread_key"])


def downgrade() -> None:
    op.drop_index("ix_quarantine_provider_id_thread_key", "quarantine")
    op.execute("ALTER TABLE entry RESET (toast_tuple_target)")
    for table in IMPLIED:
        op.create_foreign_key(f"fk_{table}_provider_id", table, "provider", ["provider_id"], ["id"])
