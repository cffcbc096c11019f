"""Codes with which a worker sets a forgotten password anew."""

import sqlalchemy as sa
from alembic import op

from migrations.walls import build_walls, pull_down_walls

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ["password_code"]


def upgrade() -> None:
    op.create_table(
        "password_code",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("removes_second_step", sa.Boolean(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_password_code_provider_id"),
        sa.ForeignKeyConstraint(
            ["provider_id", "worker_id"],
            ["worker.provider_id", "worker.id"],
            name="fk_password_code_provider_id_worker_id",
        ),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_password_code"),
        sa.UniqueConstraint("provider_id", "code_hash", name="uq_password_code_provider_id_code_hash"),
    )
    op.create_index("ix_password_code_provider_id_worker_id", "password_code", ["provider_id", "worker_id"])
    build_walls(TABLES)


def downgrade() -> None:
    pull_down_walls(TABLES)
    op.drop_table("password_code")
