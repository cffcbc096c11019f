"""Since when a thing can be fetched, so that only phones that may have a thread are told to forget it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of what is there already nobody knows since when: any phone may have it.
    op.add_column("feed", sa.Column("since", sa.BigInteger(), nullable=False, server_default="0"))
    op.alter_column("feed", "since", server_default=None)


def downgrade() -> None:
    op.drop_column("feed", "since")
