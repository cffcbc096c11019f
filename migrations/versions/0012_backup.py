"""Backups that were verified, and restorations; and what the backup role needs to read everything."""

import sqlalchemy as sa
from alembic import op

from migrations.walls import build_walls, pull_down_walls

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ["backup", "restoration"]


def upgrade() -> None:
    # After a restore the epoch is at least the second in which it began, so that no epoch comes twice.
    op.alter_column("provider", "epoch", type_=sa.BigInteger(), existing_nullable=False)
    op.create_table(
        "backup",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_backup_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_backup"),
    )
    op.create_table(
        "restoration",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("backup_id", sa.Uuid(), nullable=True),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_restoration_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "epoch", name="pk_restoration"),
    )
    build_walls(TABLES)
    # Phones let go of what a backup is said to hold, so whoever serves them cannot say it.
    op.execute("REVOKE INSERT, UPDATE ON backup, restoration FROM heed_web, heed_jobs")
    op.execute("GRANT heed_backup TO CURRENT_USER")
    op.execute("GRANT USAGE ON SCHEMA queue TO heed_backup")
    op.execute("GRANT SELECT ON alembic_version TO heed_backup")
    op.execute("GRANT SELECT ON ALL TABLES IN SCHEMA queue TO heed_backup")
    op.execute("GRANT SELECT ON ALL SEQUENCES IN SCHEMA queue TO heed_backup")


def downgrade() -> None:
    op.execute("REVOKE SELECT ON ALL SEQUENCES IN SCHEMA queue FROM heed_backup")
    op.execute("REVOKE SELECT ON ALL TABLES IN SCHEMA queue FROM heed_backup")
    op.execute("REVOKE SELECT ON alembic_version FROM heed_backup")
    op.execute("REVOKE USAGE ON SCHEMA queue FROM heed_backup")
    pull_down_walls(TABLES)
    for table in reversed(TABLES):
        op.drop_table(table)
    op.alter_column("provider", "epoch", type_=sa.Integer(), existing_nullable=False)
