"""How Heed is, for whoever watches over it."""

from __future__ import annotations

from typing import Any

from flask import current_app

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.health import HealthPayload
from server.services import health

blueprint = Blueprint("health", __name__, description="How Heed is")


@blueprint.get("/healthz")
@blueprint.response(200, HealthPayload)
@blueprint.alt_response(503, schema=HealthPayload)
@access.open_to_all
def show_health() -> Any:
    """Whether the database, the queue and the built app are there; 503 when one is not."""
    parts = {
        "database": health.is_database_well(),
        "queue": health.is_queue_well(),
        "app": (current_app.extensions["config"].built_app / "index.html").is_file(),
    }
    words = {part: "ok" if well else "unwell" for part, well in parts.items()}
    well = all(parts.values())
    return {"status": "ok" if well else "unwell", **words}, 200 if well else 503
