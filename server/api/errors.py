"""The one map from a refusal to a status code, and the one shape in which every refusal is answered.

Whatever happens, the answer is one plain sentence that tells nothing about what is inside.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, json
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from server.domain.errors import (
    BadInput,
    DomainError,
    Gone,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Taken,
    Throttled,
    TooLarge,
    Unreadable,
)

#: The most special first.
STATUS: dict[type[DomainError], int] = {
    Unreadable: 400,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Taken: 409,
    Gone: 410,
    TooLarge: 413,
    BadInput: 422,
    Throttled: 429,
    DomainError: 422,
}

#: What stands in a refusal's body beside its sentence, when there is any.
TOLD_BESIDES = ("errors", "reason", "ways")

WORDS = {
    400: "What was sent could not be read.",
    401: "Sign in first.",
    403: "That is not allowed.",
    404: "There is nothing here.",
    405: "That cannot be done here.",
    408: "What was sent took too long to arrive.",
    411: "Say how long it is that you send.",
    413: "That is more than can be taken here.",
    414: "That address is too long.",
    415: "Send this as JSON.",
    422: "Some of what was sent is wrong.",
    429: "Too many tries. Wait a little.",
    431: "The headers are too long.",
    500: "Something went wrong here. What you wrote is still on your phone; try again.",
    503: "Heed cannot reach its records just now. Try again in a minute.",
}


def init_app(app: Flask) -> None:
    """Answer every refusal and every failure in one shape."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _no_database)
    app.register_error_handler(NoConnection, _no_database)


def answer(status: int, words: str, more: Mapping[str, Any] | None = None) -> Response:
    """A refusal as it crosses the wire. `more` tells a program what it must know besides."""
    body: dict[str, Any] = {"code": status, "status": HTTPStatus(status).phrase, "message": words}
    body |= {name: value for name, value in (more or {}).items() if value}
    return Response(json.dumps(body), status=status, mimetype="application/json")


def _refused(error: DomainError) -> Response:
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    response = answer(status, str(error), {name: getattr(error, name, None) for name in TOLD_BESIDES})
    if isinstance(error, Throttled):
        response.headers["Retry-After"] = str(error.wait)
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _http(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status < 400:
        return Response.force_type(error.get_response())
    found = dict(_by_field(getattr(error, "data", {}).get("messages", {})))
    words = WORDS.get(status, WORDS[400] if status < 500 else WORDS[500])
    response = answer(status, words, {"errors": found})
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _no_database(error: Exception) -> Response:
    response = answer(503, WORDS[503])
    response.headers["Retry-After"] = "30"
    return response


def _by_field(messages: Any, field: str = "") -> Iterator[tuple[str, list[str]]]:
    """What is wrong, by the dotted name of the field; where it was sent is left out."""
    if not isinstance(messages, Mapping):
        faults = messages if isinstance(messages, list) else [messages]
        yield field or "what_was_sent", [str(fault) for fault in faults]
        return
    for name, inner in messages.items():
        hidden = name == "_schema" or (not field and name in ("json", "query"))
        yield from _by_field(inner, field if hidden else f"{field}.{name}".lstrip("."))
