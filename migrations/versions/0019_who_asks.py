"""Who asks and where they stand, answered in one journey to the database and back.

A provider's rows are reached only once the provider is named, and a name and a question are two statements. Here both
stand in one function. It runs as whoever calls it, so the walls hold it like any statement of theirs, and the name
goes with the commit, which is the statement itself.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

WHO_ASKS = """
    CREATE FUNCTION who_asks(asked_provider uuid, asked_session uuid, asked_worker uuid, asked_at timestamptz)
    RETURNS TABLE (
        device_id uuid, name text, sign_in_name text, fresh_until timestamptz, upload_only text, left_at timestamptz,
        revoked_at timestamptz, until timestamptz, epoch bigint, head bigint, roles text
    )
    LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM set_config('heed.provider', asked_provider::text, true);
        RETURN QUERY
            SELECT mine.device_id, me.name::text, me.sign_in_name::text, mine.fresh_until, mine.upload_only::text,
                me.left_at, coalesce(mine.revoked_at, device.revoked_at),
                least(mine.idle_until, mine.absolute_until), provider.epoch, head.seq,
                (SELECT string_agg(role_grant.service_id || ' ' || role_grant.role, ',') FROM role_grant
                    WHERE role_grant.provider_id = asked_provider AND role_grant.worker_id = asked_worker
                    AND role_grant.from_at <= asked_at
                    AND (role_grant.until_at IS NULL OR role_grant.until_at > asked_at))
            FROM worker_session AS mine
            JOIN worker AS me ON me.provider_id = mine.provider_id AND me.id = mine.worker_id
            JOIN device ON device.provider_id = mine.provider_id AND device.id = mine.device_id
            JOIN provider ON provider.id = mine.provider_id
            JOIN head ON head.provider_id = mine.provider_id
            WHERE mine.provider_id = asked_provider AND mine.id = asked_session AND mine.worker_id = asked_worker;
    END
    $$
"""


def upgrade() -> None:
    op.execute(WHO_ASKS)


def downgrade() -> None:
    op.execute("DROP FUNCTION who_asks")
