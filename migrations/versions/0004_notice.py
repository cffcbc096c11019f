"""Facts about telling."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.walls import build_walls, pull_down_walls

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ["escalation", "notice", "push_subscription", "notice_delivery", "notice_attempt", "thread_reader"]


def upgrade() -> None:
    op.create_table(
        "escalation",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recipients", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_escalation_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "thread_key", "rule", "version", "rung", name="pk_escalation"),
    )
    op.create_table(
        "notice",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id", "worker_id"],
            ["worker.provider_id", "worker.id"],
            name="fk_notice_provider_id_worker_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_notice_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_notice"),
        sa.UniqueConstraint(
            "provider_id",
            "worker_id",
            "thread_key",
            "rule",
            "version",
            "rung",
            name="uq_notice_provider_id_worker_id_thread_key_rule_version_rung",
        ),
    )
    op.create_table(
        "push_subscription",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("p256dh", sa.String(), nullable=False),
        sa.Column("auth", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id", "device_id"],
            ["device.provider_id", "device.id"],
            name="fk_push_subscription_provider_id_device_id",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id", "worker_id"],
            ["worker.provider_id", "worker.id"],
            name="fk_push_subscription_provider_id_worker_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_push_subscription_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_push_subscription"),
        sa.UniqueConstraint(
            "provider_id",
            "device_id",
            "worker_id",
            name="uq_push_subscription_provider_id_device_id_worker_id",
        ),
    )
    op.create_table(
        "notice_delivery",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id", "notice_id"],
            ["notice.provider_id", "notice.id"],
            name="fk_notice_delivery_provider_id_notice_id",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id", "subscription_id"],
            ["push_subscription.provider_id", "push_subscription.id"],
            name="fk_notice_delivery_provider_id_subscription_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_notice_delivery_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "notice_id", "subscription_id", name="pk_notice_delivery"),
    )
    op.create_index(
        "ix_notice_delivery_waiting",
        "notice_delivery",
        ["next_at"],
        unique=False,
        postgresql_where="state = 'waiting'",
    )
    op.create_table(
        "notice_attempt",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id", "notice_id"],
            ["notice.provider_id", "notice.id"],
            name="fk_notice_attempt_provider_id_notice_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_notice_attempt_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_notice_attempt"),
    )
    op.create_table(
        "thread_reader",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id", "worker_id"],
            ["worker.provider_id", "worker.id"],
            name="fk_thread_reader_provider_id_worker_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_thread_reader_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "thread_key", "worker_id", name="pk_thread_reader"),
    )
    build_walls(TABLES)


def downgrade() -> None:
    pull_down_walls(TABLES)
    for table in reversed(TABLES):
        op.drop_table(table)
