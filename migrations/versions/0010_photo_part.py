"""Photos that are still on their way, in parts."""

import sqlalchemy as sa
from alembic import op

from migrations.walls import build_walls, pull_down_walls

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ["photo_part"]


def upgrade() -> None:
    op.create_table(
        "photo_part",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("sender_id", sa.Uuid(), nullable=False),
        sa.Column("signing_key_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("begin", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_photo_part_provider_id"),
        sa.PrimaryKeyConstraint(
            "provider_id",
            "sender_id",
            "signing_key_id",
            "entry_id",
            "hash",
            "begin",
            name="pk_photo_part",
        ),
    )
    build_walls(TABLES)


def downgrade() -> None:
    pull_down_walls(TABLES)
    op.drop_table("photo_part")
