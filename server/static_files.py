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

from flask import Flask, Response, current_app, request
from werkzeug.routing import BaseConverter
from werkzeug.security import safe_join

from server.api import access, errors
from server.api.origin import PAGES
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
        # Text never becomes markup or script; pwa/src/domain/own-script.ts says which addresses may become scripts.
        "require-trusted-types-for 'script'",
        "trusted-types default",
    )
)
#: Should a browser ever show an answer of the interface as a page, nothing in it runs.
BARE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
#: On every answer, whoever gives it. They are put there by the app's outermost layer, all at once: one by one they took
#: a tenth of the time of the shortest answers.
HEADERS = {
    # By this a phone tells our answer from that of whatever stands between, such as a hotel that wants money first.
    "Heed-Answer": "1",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "camera=(self), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
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
    app.add_url_rule("/", "front", _serve)
    app.add_url_rule("/<app_path:path>", "app", _serve)
    app.after_request(_add_headers)


@access.open_to_all
def _serve(path: str = "index.html") -> Response:
    folder = current_app.extensions["config"].built_app
    if not (folder / "index.html").is_file():
        return errors.answer(503, "The app has not been built yet. Run: python3 start.py")
    found = safe_join(str(folder), path)
    if found is None or not Path(found).is_file():
        if path.startswith("assets/") or Path(path).suffix:
            raise NotFound("There is no such file.")
        path, found = "index.html", str(folder / "index.html")
    response = _answer(Path(found))
    response.headers["Cache-Control"] = FOR_EVER if path.startswith("assets/") else ASK_AGAIN
    response.make_conditional(request)
    return response


def _answer(file: Path) -> Response:
    """The file, packed for the way when the browser takes it so."""
    state = file.stat()
    plain, packed = _contents(file, state.st_mtime_ns, state.st_size)
    as_packed = packed is not None and bool(request.accept_encodings["gzip"])
    response = Response(packed if as_packed else plain, mimetype=mimetypes.guess_type(file.name)[0])
    response.set_etag(f"{state.st_mtime_ns:x}-{state.st_size:x}{'-gz' if as_packed else ''}")
    if as_packed:
        response.headers["Content-Encoding"] = "gzip"
    if packed is not None:
        response.vary.add("Accept-Encoding")
    return response


@lru_cache(maxsize=256)
def _contents(file: Path, changed: int, size: int) -> tuple[bytes, bytes | None]:
    """A file as it is and packed, read once for as long as it stays the same."""
    plain = file.read_bytes()
    packed = gzip.compress(plain, compresslevel=9, mtime=0) if file.suffix in PACKED else None
    return plain, packed


def _add_headers(response: Response) -> Response:
    of_the_app = request.endpoint in PAGES and response.status_code < HTTPStatus.BAD_REQUEST
    response.headers["Content-Security-Policy"] = POLICY if of_the_app else BARE_POLICY
    if not of_the_app:
        # Whatever says otherwise says so itself, as the forms do, which are the same for everybody.
        response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure or current_app.extensions["config"].public_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}; includeSubDomains"
    return response
