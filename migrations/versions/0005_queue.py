"""The job queue, in a schema of its own. Its arguments are ids only, so it stands outside the providers' walls."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA queue")
    op.execute("SET LOCAL search_path = queue")
    # The library's own definition, as it is: it holds signs that SQLAlchemy would take for parameters.
    op.get_bind().connection.cursor().execute(SchemaManager.get_schema())
    op.execute("SET LOCAL search_path = public")
    op.execute("GRANT USAGE ON SCHEMA queue TO heed_web, heed_jobs")
    op.execute("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA queue TO heed_web, heed_jobs")
    op.execute("GRANT DELETE ON ALL TABLES IN SCHEMA queue TO heed_jobs")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA queue TO heed_web, heed_jobs")


def downgrade() -> None:
    op.execute("DROP SCHEMA queue CASCADE")
