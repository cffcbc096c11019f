"""Serves the built app, with the headers that keep anything else from running in it.

Files under /assets/ carry a hash in their name and may be kept for ever. Everything else is asked for again,
so that a phone never runs an old app against new forms. Whatever the app does not know as a file is a page
of it.
"""

from __future__ import annotations

import gzip
import mimetypes
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, current_app, request, send_file
from werkzeug.routing import BaseConverter
from werkzeug.utils import safe_join

from server.api import access, errors
from server.domain.errors import NotFound

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "font-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
ONE_YEAR = 31_536_000

#: Worth packing; photos and fonts are packed already.
PACKED = {".css", ".html", ".js", ".json", ".svg", ".wasm", ".webmanifest"}

mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")


class AppPath(BaseConverter):
    """Any path but those of the HTTP interface, which answers for itself."""

    regex = r"(?!api(?:/|$)).*?"
    part_isolating = False


def init_app(app: Flask) -> None:
    """Serve the app at every path that is not the interface's, and put the headers on every answer."""
    app.url_map.converters["app_path"] = AppPath
    app.add_url_rule("/", "app", _serve, defaults={"path": "index.html"})
    app.add_url_rule("/<app_path:path>", "app", _serve)
    app.after_request(_add_headers)


@access.open_to_all
def _serve(path: str) -> Response:
    folder = current_app.extensions["config"].built_app
    if not (folder / "index.html").is_file():
        return errors.answer(503, "The app has not been built yet. Run: python3 start.py")
    found = safe_join(str(folder), path)
    if found is None or not Path(found).is_file():
        if path.startswith("assets/") or Path(path).suffix:
            raise NotFound("There is no such file.")
        path, found = "index.html", str(folder / "index.html")
    response = _packed(Path(found)) or send_file(Path(found), conditional=True, etag=True)
    response.headers["Cache-Control"] = FOR_EVER if path.startswith("assets/") else ASK_AGAIN
    return response


def _packed(file: Path) -> Response | None:
    """The file packed for the way, when the browser takes it so."""
    if file.suffix not in PACKED or "gzip" not in request.accept_encodings:
        return None
    state = file.stat()
    content, etag = _pack(file, state.st_mtime_ns, state.st_size)
    response = Response(content, mimetype=mimetypes.guess_type(file.name)[0])
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.set_etag(etag)
    return response.make_conditional(request)


@lru_cache(maxsize=256)
def _pack(file: Path, changed: int, size: int) -> tuple[bytes, str]:
    return gzip.compress(file.read_bytes(), compresslevel=9, mtime=0), f"{changed:x}-{size:x}-gz"


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/api") or response.status_code >= HTTPStatus.BAD_REQUEST:
        response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}; includeSubDomains")
    return response
