"""Where a request comes from: from Heed's own pages, from another site, or from no browser at all.

A browser says in Sec-Fetch-Site which site made it ask. What another site asks for is refused before anything
looks at it, whether or not it carries a token; only to open the app's page by a link is open to everybody.
Browsers too old for that header name the origin, which is checked instead. Whoever sends neither is no browser,
and nobody else can make it ask. Source: docs/rules/edges.md; OWASP ASVS 5.0 sections 3.5.1 and 3.5.8.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import BadRequest

from server.domain.errors import NotAllowed

#: The routes that serve the app itself. Everything else is the interface.
PAGES = {"front", "app"}
#: Whoever watches over a server asks it by its number.
BY_ANY_NAME = {"health.show_health"}
OURS = "This can only be asked from Heed's own pages."


def demand_our_address() -> None:
    """Refuse a request that calls us by a name that is not ours, in production.

    What is built from the Host header could else lead people elsewhere. Raises BadRequest.
    """
    config = current_app.extensions["config"]
    ours = urlsplit(config.public_url).netloc
    if config.production and request.endpoint not in BY_ANY_NAME and request.host != ours:
        raise BadRequest


def refuse_other_sites() -> None:
    """Refuse what another site made a browser ask. Raises NotAllowed."""
    site = request.headers.get("Sec-Fetch-Site")
    if request.endpoint in PAGES:
        if site in ("cross-site", "same-site") and not _opens_a_page():
            raise NotAllowed(OURS)
        return
    # "none" is somebody who typed the address.
    typed = site == "none" and request.method in ("GET", "HEAD")
    origin = request.headers.get("Origin")
    if not (site in (None, "same-origin") or typed) or not (origin is None or is_own_origin(origin)):
        raise NotAllowed(OURS)


def demand_own_origin() -> None:
    """Refuse a request that does not show that our own pages made it. A cookie comes along unasked, so it needs
    this before it counts.

    Browsers name the origin, or say that it is the same. Raises NotAllowed.
    """
    origin = request.headers.get("Origin")
    same_site = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if not (same_site if origin is None else is_own_origin(origin)):
        raise NotAllowed(OURS)


def is_own_origin(origin: str) -> bool:
    """Whether an Origin header names us."""
    return origin in (request.host_url.rstrip("/"), current_app.extensions["config"].public_url)


def _opens_a_page() -> bool:
    """Whether somebody followed a link to here, in a window and not in a frame or an object."""
    headers = request.headers
    return (
        request.method in ("GET", "HEAD")
        and headers.get("Sec-Fetch-Mode") == "navigate"
        and headers.get("Sec-Fetch-Dest") == "document"
    )
