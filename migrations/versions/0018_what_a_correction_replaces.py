"""What came before the entry that it corrects is found by what it replaces."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_entry_provider_id_replaces",
        "entry",
        ["provider_id", "replaces"],
        postgresql_where=sa.text("replaces IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_entry_provider_id_replaces", table_name="entry")
