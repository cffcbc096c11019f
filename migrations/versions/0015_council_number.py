"""The number of the council's safeguarding adults team, for when nobody inside is left to read a concern."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("service", sa.Column("council_number", sa.String(), nullable=False, server_default=""))
    op.alter_column("service", "council_number", server_default=None)


def downgrade() -> None:
    op.drop_column("service", "council_number")
