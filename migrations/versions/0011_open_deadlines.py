"""What still waits for somebody is found at once, however much was decided before."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_deadline_open", "deadline", ["provider_id", "due_at"], postgresql_where="stop_at IS NULL"
    )


def downgrade() -> None:
    op.drop_index("ix_deadline_open", "deadline")
