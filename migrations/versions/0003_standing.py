"""What the rules derive: standings, deadlines, rungs and the feed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.walls import build_walls, pull_down_walls

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ["standing", "deadline", "rung", "feed"]


def upgrade() -> None:
    op.create_table(
        "standing",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=True),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("excluded", JSONB(), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id", "service_id"],
            ["service.provider_id", "service.id"],
            name="fk_standing_provider_id_service_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_standing_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "thread_key", name="pk_standing"),
    )
    op.create_index(
        "ix_standing_provider_id_person_id_form_recorded_at",
        "standing",
        ["provider_id", "person_id", "form", "recorded_at"],
        unique=False,
    )
    op.create_index(
        "ix_standing_provider_id_service_id_state",
        "standing",
        ["provider_id", "service_id", "state"],
        unique=False,
    )
    op.create_table(
        "deadline",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ladder", sa.String(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stop_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("working", sa.String(), nullable=False),
        sa.Column("calendar_version", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_deadline_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "thread_key", "rule", name="pk_deadline"),
    )
    op.create_index("ix_deadline_provider_id_due_at", "deadline", ["provider_id", "due_at"], unique=False)
    op.create_table(
        "rung",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipients", JSONB(), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_rung_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "thread_key", "rule", "rung", name="pk_rung"),
    )
    op.create_index("ix_rung_at_unstopped", "rung", ["at"], unique=False, postgresql_where="NOT stopped")
    op.create_table(
        "feed",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_feed_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "audience", "kind", "key", name="pk_feed"),
    )
    op.create_index(
        "ix_feed_provider_id_audience_seq", "feed", ["provider_id", "audience", "seq"], unique=False
    )
    build_walls(TABLES)


def downgrade() -> None:
    pull_down_walls(TABLES)
    for table in reversed(TABLES):
        op.drop_table(table)
