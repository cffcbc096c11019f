"""What happens at the doors, for whoever looks after the instance: who came in, who was refused or slowed down.

Ids and the route's own name alone: never an address that holds ids of entries, never a name, never what was sent.
Source: OWASP ASVS 5.0 sections 16.2 and 16.3.
"""

from __future__ import annotations

import logging
from uuid import UUID

from flask import Flask, Response, g, request

log = logging.getLogger("heed.security")

#: Refusals are noted wherever they happen.
REFUSED = {401: "refused_unknown", 403: "refused", 429: "slowed_down"}
#: At these doors what succeeds is noted, too.
DOORS = {"session", "join", "set_up", "me", "workers", "push_subscription"}


def signed_in(provider: UUID, worker: UUID, device: UUID, session: UUID) -> None:
    """Name whoever has just come in by an open door."""
    g.came_in = {"provider": provider, "worker": worker, "device": device, "session": session}


def init_app(app: Flask) -> None:
    """Note what happens at the doors of this app."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    event = REFUSED.get(response.status_code)
    endpoint = request.endpoint or "nothing"
    blueprint, _, name = endpoint.partition(".")
    if event is None and not _is_change_at_a_door(blueprint):
        return response
    who = g.get("came_in") or _asking()
    log.log(
        logging.WARNING if event else logging.INFO,
        event or name,
        extra={
            "event": event or name,
            "status": response.status_code,
            "route": endpoint,
            "address": request.remote_addr,
            **who,
        },
    )
    return response


def _asking() -> dict[str, UUID]:
    caller = g.get("caller")
    return (
        {name: getattr(caller, name) for name in ("provider", "worker", "device", "session")}
        if caller
        else {}
    )


def _is_change_at_a_door(blueprint: str) -> bool:
    return blueprint in DOORS and request.method not in ("GET", "HEAD", "OPTIONS")
