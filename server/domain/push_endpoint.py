"""Where a push may be sent. A browser tells us its endpoint, and a stranger could tell us anything.

Only the push services of the browsers themselves are reached, so that nobody can make this server knock at a
door inside its own network. Source: docs/rules/push.md; OWASP ASVS 5.0 section 1.3.6.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from urllib.parse import urlsplit

from server.domain.errors import BadInput

#: Chrome and Edge on Android, Firefox, Safari, Edge on Windows. A leading dot stands for any name below.
SERVICES = (
    "fcm.googleapis.com",
    ".push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
)
LONGEST = 2000
POINT_BYTES, AUTH_BYTES = 65, 16


def check_endpoint(endpoint: str, also: Collection[str] = ()) -> str:
    """The endpoint, when it belongs to a push service or to a host named in `also`.

    Raises BadInput otherwise.
    """
    if not may_push_to(endpoint, also):
        raise BadInput("Heed does not send to that address.", {"endpoint": ["This is not a push service."]})
    return endpoint


def may_push_to(endpoint: str, also: Collection[str] = ()) -> bool:
    """Whether a push may go there: to a browser's own push service or a host that the settings name."""
    if (
        len(endpoint) > LONGEST
        or not endpoint.isascii()
        or any(c.isspace() or not c.isprintable() or c in "\\@" for c in endpoint)
    ):
        return False
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or parts.fragment:
        return False
    if not all(0 < len(label) < 64 for label in host.split(".")):
        return False
    if parts.netloc in also or host in also:
        return parts.scheme in ("http", "https")
    if parts.scheme != "https" or port not in (None, 443):
        return False
    return any(host == name.lstrip(".") if name[0] != "." else host.endswith(name) for name in SERVICES)


def bytes_of(text: str, length: int, field: str) -> bytes:
    """The bytes of a key in base64url, of just this length. Raises BadInput naming the field otherwise."""
    try:
        raw = base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != length:
        raise BadInput("That is not a key.", {field: [f"This must be {length} bytes in base64url."]})
    return raw
