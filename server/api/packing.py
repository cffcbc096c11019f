"""Packs long answers for the way, since a phone's signal is narrow.

Only what people read is packed. What signs somebody in never is: the size of a packed answer tells something of what
is in it to whoever can make it hold words of their own (the attack called BREACH).
"""

from __future__ import annotations

import gzip

import brotli
from flask import Flask, Response, request

#: A shorter answer fits into one packet anyway.
WORTH_IT = 1400
PACKED = {"home", "sync", "form", "api-docs", "device"}
#: The quickest of Brotli packs entries tighter than the slowest of gzip, in a sixth of its time.
BROTLI, GZIP = 1, 1


def init_app(app: Flask) -> None:
    """Pack what is worth packing."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    blueprint = (request.endpoint or "").partition(".")[0]
    if blueprint not in PACKED or response.mimetype != "application/json" or response.status_code != 200:
        return response
    plain = response.get_data()
    if len(plain) < WORTH_IT:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["br"]:
        response.set_data(brotli.compress(plain, quality=BROTLI))
        response.headers["Content-Encoding"] = "br"
    elif request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(plain, compresslevel=GZIP, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
