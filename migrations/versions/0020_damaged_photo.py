"""A photo that arrived damaged is known, so that whoever reads its entry can ask for it again."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("photo", sa.Column("damaged", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.alter_column("photo", "damaged", server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM photo WHERE damaged")
    op.drop_column("photo", "damaged")
