"""How Heed is, for whoever watches over it."""

from __future__ import annotations

from typing import Any

from flask import current_app

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.health import HealthPayload
from server.services import health
from server.services.backup import backup_state

blueprint = Blueprint("health", __name__, description="How Heed is")


@blueprint.get("/healthz")
@blueprint.response(200, HealthPayload)
@blueprint.alt_response(503, schema=HealthPayload)
@access.open_to_all
def show_health() -> Any:
    """Whether the database, the queue and the built app are there; 503 when one is not.

    A backup that is missing or old is said and is no 503: taking a server away would not bring it.
    """
    config = current_app.extensions["config"]
    parts = {
        "database": health.is_database_well(),
        "queue": health.is_queue_well(),
        "app": (config.built_app / "index.html").is_file(),
    }
    words = {part: "ok" if well else "unwell" for part, well in parts.items()}
    well = all(parts.values())
    backup = backup_state(config.oldest_backup, access.now())
    return {"status": "ok" if well else "unwell", **words, "backup": backup}, 200 if well else 503
