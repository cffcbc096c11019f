"""Jobs may delete what signing in left behind."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = "worker_session, sign_in_failure, used_challenge"


def upgrade() -> None:
    op.execute(f"GRANT DELETE ON {TABLES} TO heed_jobs")


def downgrade() -> None:
    op.execute(f"REVOKE DELETE ON {TABLES} FROM heed_jobs")
