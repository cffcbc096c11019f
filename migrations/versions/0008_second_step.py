"""A second step of signing in, and sessions that know how sure they may be of whoever holds them."""

import sqlalchemy as sa
from alembic import op

from migrations.walls import build_walls, pull_down_walls

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ["code_app", "recovery_code", "passkey", "used_challenge"]


def _of_worker(table: str) -> tuple[sa.ForeignKeyConstraint, sa.ForeignKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=f"fk_{table}_provider_id"),
        sa.ForeignKeyConstraint(
            ["provider_id", "worker_id"],
            ["worker.provider_id", "worker.id"],
            name=f"fk_{table}_provider_id_worker_id",
        ),
    )


def upgrade() -> None:
    op.create_table(
        "code_app",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_of_worker("code_app"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_code_app"),
    )
    op.create_index("ix_code_app_provider_id_worker_id", "code_app", ["provider_id", "worker_id"])
    op.create_table(
        "recovery_code",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_of_worker("recovery_code"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_recovery_code"),
        sa.UniqueConstraint(
            "provider_id", "worker_id", "code_hash", name="uq_recovery_code_provider_id_worker_id_code_hash"
        ),
    )
    op.create_table(
        "passkey",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        *_of_worker("passkey"),
        sa.PrimaryKeyConstraint("provider_id", "id", name="pk_passkey"),
        sa.UniqueConstraint("provider_id", "credential_id", name="uq_passkey_provider_id_credential_id"),
    )
    op.create_index("ix_passkey_provider_id_worker_id", "passkey", ["provider_id", "worker_id"])
    op.create_table(
        "used_challenge",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name="fk_used_challenge_provider_id"),
        sa.PrimaryKeyConstraint("provider_id", "hash", name="pk_used_challenge"),
    )
    op.add_column("worker", sa.Column("second_step_asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("worker_session", sa.Column("fresh_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("worker_session", sa.Column("upload_only", sa.String(), nullable=True))
    build_walls(TABLES)


def downgrade() -> None:
    op.drop_column("worker_session", "upload_only")
    op.drop_column("worker_session", "fresh_until")
    op.drop_column("worker", "second_step_asked_at")
    pull_down_walls(TABLES)
    for table in reversed(TABLES):
        op.drop_table(table)
