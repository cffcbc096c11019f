"""Recording in the database that a backup was read back and found whole."""

from __future__ import annotations

from datetime import datetime

from server.backup.manifest import Manifest
from server.backup.snapshot import connected


def record_verified(url: str, manifest: Manifest, at: datetime) -> None:
    """From here on phones may let go of what this backup holds. Recording it again changes nothing.

    A provider that began a new epoch meanwhile gets no promise from a backup of an older one.
    """
    with connected(url) as connection:
        for provider in manifest.providers:
            connection.execute("SELECT set_config('heed.provider', %s, true)", [str(provider.provider)])
            connection.execute(
                """
                INSERT INTO backup (provider_id, id, epoch, seq, made_at, verified_at)
                SELECT id, %s, %s, %s, %s, %s FROM provider WHERE id = %s AND epoch = %s
                ON CONFLICT DO NOTHING
                """,
                [
                    *(manifest.id, provider.epoch, provider.seq, manifest.made_at, at),
                    *(provider.provider, provider.epoch),
                ],
            )
