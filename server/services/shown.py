"""What readers fetch of an entry, written as JSON once, when it comes, and never again for each who reads it."""

from __future__ import annotations

from datetime import UTC

import orjson

from server.services.intake import Opened


def shown(key: str, one: Opened) -> str:
    """What of an entry came as it is and stays so: a JSON object without its last brace.

    What the rules say of it may change, and is put behind it when it is fetched, with which of its photos are here.
    """
    body = one.body
    parts = {
        "kind": "entry",
        "key": key,
        "form": body.form,
        "version": body.version,
        "service": body.service,
        "person": body.person,
        "about": body.about,
        "replaces": body.replaces,
        "observed_at": one.observed_at.astimezone(UTC),
        "recorded_at": one.recorded_at.astimezone(UTC),
        "received_at": one.received_at.astimezone(UTC),
        "clock_skew_ms": one.skew_ms,
        "author": {"id": one.author, "name": one.author_name},
        "device": one.device,
        "answers": body.answers,
        "lang": body.lang,
    }
    return orjson.dumps(parts)[:-1].decode()
