"""Providers, the walls between them, and the people in them."""

import sqlalchemy as sa
from alembic import op

from migrations.walls import build_walls, make_roles, pull_down_walls

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = [
    "provider",
    "directory",
    "head",
    "intake_key",
    "service",
    "worker",
    "role_grant",
    "person",
    "device",
    "signing_key",
    "worker_session",
    "sign_in_failure",
    "join_code",
    "on_call",
    "shift",
]


def upgrade() -> None:
    make_roles()
    op.create_table(
        "provider",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("handle", sa.String(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_provider"),
    )
    op.create_table(
        "directory",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_directory_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "kind", "name", name="pk_directory"),
        sa.UniqueConstraint("kind", "name", name="uq_directory_kind_name"),
    )
    op.create_table(
        "head",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("chain_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_head_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", name="pk_head"),
    )
    op.create_table(
        "intake_key",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_intake_key_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_intake_key"),
    )
    op.create_table(
        "service",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("division", sa.String(), nullable=False),
        sa.Column("office_number", sa.String(), nullable=False),
        sa.Column("on_call_number", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_service_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_service"),
    )
    op.create_table(
        "worker",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sign_in_name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_worker_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_worker"),
        sa.UniqueConstraint("provider_id", "sign_in_name", name="uq_worker_provider_id_sign_in_name"),
    )
    op.create_table(
        "role_grant",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id", "service_id"],
            ["service.provider_id", "service.id"],
            name="fk_role_grant_provider_id_service_id",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id", "worker_id"],
            ["worker.provider_id", "worker.id"],
            name="fk_role_grant_provider_id_worker_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_role_grant_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_role_grant"),
    )
    op.create_index(
        "ix_role_grant_provider_id_service_id_role",
        "role_grant",
        ["provider_id", "service_id", "role"],
        unique=False,
    )
    op.create_index(
        "ix_role_grant_provider_id_worker_id", "role_grant", ["provider_id", "worker_id"], unique=False
    )
    op.create_table(
        "person",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("known_as", sa.String(), nullable=False),
        sa.Column("money_rule", sa.String(), nullable=True),
        sa.Column("money_limit", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id", "service_id"],
            ["service.provider_id", "service.id"],
            name="fk_person_provider_id_service_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_person_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_person"),
    )
    op.create_index("ix_person_provider_id_service_id", "person", ["provider_id", "service_id"], unique=False)
    op.create_table(
        "device",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsent", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_device_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_device"),
    )
    op.create_table(
        "signing_key",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id", "device_id"],
            ["device.provider_id", "device.id"],
            name="fk_signing_key_provider_id_device_id",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id", "worker_id"],
            ["worker.provider_id", "worker.id"],
            name="fk_signing_key_provider_id_worker_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_signing_key_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_signing_key"),
        sa.UniqueConstraint(
            "provider_id",
            "worker_id",
            "device_id",
            "public_key",
            name="uq_signing_key_provider_id_worker_id_device_id_public_key",
        ),
    )
    op.create_table(
        "worker_session",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("current_hash", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.LargeBinary(), nullable=True),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idle_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("absolute_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id", "device_id"],
            ["device.provider_id", "device.id"],
            name="fk_worker_session_provider_id_device_id",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id", "worker_id"],
            ["worker.provider_id", "worker.id"],
            name="fk_worker_session_provider_id_worker_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_worker_session_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_worker_session"),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name_mark", sa.LargeBinary(), nullable=False),
        sa.Column("place_mark", sa.LargeBinary(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("throttled", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_sign_in_failure_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_sign_in_failure"),
    )
    op.create_index(
        "ix_sign_in_failure_provider_id_name_mark_at",
        "sign_in_failure",
        ["provider_id", "name_mark", "at"],
        unique=False,
    )
    op.create_table(
        "join_code",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["provider_id", "service_id"],
            ["service.provider_id", "service.id"],
            name="fk_join_code_provider_id_service_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_join_code_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_join_code"),
        sa.UniqueConstraint("provider_id", "code_hash", name="uq_join_code_provider_id_code_hash"),
    )
    op.create_table(
        "on_call",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id", "service_id"],
            ["service.provider_id", "service.id"],
            name="fk_on_call_provider_id_service_id",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id", "worker_id"],
            ["worker.provider_id", "worker.id"],
            name="fk_on_call_provider_id_worker_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_on_call_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_on_call"),
    )
    op.create_index(
        "ix_on_call_provider_id_service_id_until_at",
        "on_call",
        ["provider_id", "service_id", "until_at"],
        unique=False,
    )
    op.create_table(
        "shift",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("worker_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id", "service_id"],
            ["service.provider_id", "service.id"],
            name="fk_shift_provider_id_service_id",
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_shift_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_shift"),
    )
    op.create_index(
        "ix_shift_provider_id_service_id_until_at",
        "shift",
        ["provider_id", "service_id", "until_at"],
        unique=False,
    )
    build_walls(TABLES)


def downgrade() -> None:
    pull_down_walls(TABLES)
    for table in reversed(TABLES):
        op.drop_table(table)
