"""Keeping alone, of entries that were opened, verified, read and judged beforehand.

Each client is a process that calls what the send route calls, `Receiving.keep`, and commits: numbers and hash chain,
repeats, threads, standings, deadlines, feed, all in PostgreSQL with durability on. It leaves out HTTP, signing in,
reading the batch, opening the seal, checking the signature, and judging the answers by their form.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bench.clients import Start
from server.app import create_app
from server.config import Config
from server.extensions import db, work_for
from server.services.sending import receiving


def keep(
    start: Start, config: Config, provider: UUID, items: list[dict[str, str]], batch: int, seconds: float
) -> float:
    """Entries kept per second by one client."""
    app = create_app(config)
    with app.app_context():
        work_for(provider)
        opened = receiving(provider, app.extensions, datetime.now(UTC)).intake.open(
            items, datetime.now(UTC), timedelta(0)
        )
        db.session.rollback()
    start.wait()
    begun, kept = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds and kept + batch <= len(opened):
        with app.app_context():
            work_for(provider)
            taking = receiving(provider, app.extensions, datetime.now(UTC))
            outcomes = taking.keep(opened[kept : kept + batch])
            db.session.commit()
        if any(outcome.outcome != "accepted" for outcome in outcomes):
            raise SystemExit(f"not accepted: {outcomes[0]}")
        kept += batch
    return kept / (time.perf_counter() - begun)
