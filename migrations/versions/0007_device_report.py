"""What each device last said of itself."""

import sqlalchemy as sa
from alembic import op

from migrations.walls import build_walls, pull_down_walls

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ["device_report"]


def upgrade() -> None:
    op.create_table(
        "device_report",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unsent", sa.Integer(), nullable=False),
        sa.Column("oldest_unsent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("app_version", sa.String(), nullable=False),
        sa.Column("storage_kept", sa.Boolean(), nullable=True),
        sa.Column("alerts", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id", "device_id"],
            ["device.provider_id", "device.id"],
            name="fk_device_report_provider_id_device_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_device_report_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "device_id", name="pk_device_report"),
    )
    build_walls(TABLES)


def downgrade() -> None:
    pull_down_walls(TABLES)
    op.drop_table("device_report")
