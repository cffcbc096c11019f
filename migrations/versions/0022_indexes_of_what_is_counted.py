"""Only what is counted or added up by person is found by person: most entries are neither."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

COLUMNS = ["provider_id", "person_id", "form", "recorded_at"]
WHERE = {"entry": "form IN ('concern', 'transaction-receipt')", "standing": "balance IS NOT NULL"}


def upgrade() -> None:
    for table, where in WHERE.items():
        op.drop_index(f"ix_{table}_provider_id_person_id_form_recorded_at", table)
        op.create_index(
            f"ix_{table}_provider_id_person_id_form_recorded_at",
            table,
            COLUMNS,
            postgresql_where=sa.text(where),
        )


def downgrade() -> None:
    for table in WHERE:
        op.drop_index(f"ix_{table}_provider_id_person_id_form_recorded_at", table)
        op.create_index(f"ix_{table}_provider_id_person_id_form_recorded_at", table, COLUMNS)
