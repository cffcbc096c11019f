"""Entries, what could not be accepted, and photos."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.walls import build_walls, pull_down_walls

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ["entry", "quarantine", "photo"]


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("signing_key_id", sa.Uuid(), nullable=False),
        sa.Column("about", sa.String(), nullable=True),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clock_skew_ms", sa.BigInteger(), nullable=False),
        sa.Column("device_seq", sa.Integer(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("calendar_version", sa.String(), nullable=False),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("photos", JSONB(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("ciphertext_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("effect_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id", "author_id"],
            ["worker.provider_id", "worker.id"],
            name="fk_entry_provider_id_author_id",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id", "service_id"],
            ["service.provider_id", "service.id"],
            name="fk_entry_provider_id_service_id",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id", "signing_key_id"],
            ["signing_key.provider_id", "signing_key.id"],
            name="fk_entry_provider_id_signing_key_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_entry_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "device_id", "id", name="pk_entry"),
        sa.UniqueConstraint("provider_id", "seq", name="uq_entry_provider_id_seq"),
        sa.UniqueConstraint("provider_id", "key", name="uq_entry_provider_id_key"),
    )
    op.create_index(
        "ix_entry_provider_id_person_id_form_recorded_at",
        "entry",
        ["provider_id", "person_id", "form", "recorded_at"],
        unique=False,
    )
    op.create_index("ix_entry_provider_id_thread_key", "entry", ["provider_id", "thread_key"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("thread_key", sa.String(), nullable=False),
        sa.Column("signing_key_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("says_danger", sa.Boolean(), nullable=False),
        sa.Column("item", JSONB(), nullable=False),
        sa.Column("ciphertext_hash", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_quarantine_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_quarantine"),
        sa.UniqueConstraint(
            "provider_id", "ciphertext_hash", name="uq_quarantine_provider_id_ciphertext_hash"
        ),
    )
    op.create_table(
        "photo",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("stored_hash", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_photo_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "device_id", "entry_id", "hash", name="pk_photo"),
    )
    build_walls(TABLES)


def downgrade() -> None:
    pull_down_walls(TABLES)
    for table in reversed(TABLES):
        op.drop_table(table)
