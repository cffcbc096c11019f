"""Who was handed a restricted thread, when first and when last."""

import sqlalchemy as sa
from alembic import op

from migrations.walls import build_walls, pull_down_walls

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = ["thread_read"]


def upgrade() -> None:
    op.create_table(
        "thread_read",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id", "worker_id"],
            ["worker.provider_id", "worker.id"],
            name="fk_thread_read_provider_id_worker_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_thread_read_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "thread_key", "worker_id", name="pk_thread_read"),
    )
    build_walls(TABLES)


def downgrade() -> None:
    pull_down_walls(TABLES)
    op.drop_table("thread_read")
