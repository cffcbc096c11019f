"""Every route of the interface, with an address that fits it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from flask import Flask

from server.api.origin import PAGES

#: Nothing of anybody's.
NOBODYS = UUID("00000000-0000-4000-8000-000000000002")


def every_route(app: Flask) -> Iterator[tuple[str, str, str]]:
    """The endpoint, a method and an address of each route that is not a page of the app."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if rule.endpoint in PAGES:
            continue
        path = re.sub(r"<uuid:\w+>", str(NOBODYS), re.sub(r"<(?:string:|int:)?\w+>", "1", rule.rule))
        for method in sorted(rule.methods or ()):
            yield rule.endpoint, method, path
