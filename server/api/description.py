"""How the interface describes itself in OpenAPI: every refusal that a route can answer with, in one shared way."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask_smorest import Api
from marshmallow import fields, validate

from server.api.payloads.refusal import RefusalPayload

#: Whatever is asked: nobody is signed in, the rules do not allow it, too often, the database is away.
ALWAYS = (400, 401, 403, 404, 422, 429, 503)
#: Where something is changed: a name is taken, a code was used, too much was sent.
WHEN_CHANGING = (409, 410, 413)
#: Where JSON is sent.
WHEN_TAKING_JSON = (415,)


def prepare(api: Api) -> None:
    """Describe refusals as they are answered here. Call it before the interface meets its application."""
    api.ERROR_SCHEMA = RefusalPayload
    # "Anything else may happen" would be true of every interface, and nobody could test it.
    api.DEFAULT_ERROR_RESPONSE_NAME = None


def speak_plain_patterns(api: Api) -> None:
    """Write the patterns of fields as OpenAPI reads them (ECMA 262), which knows neither \\A nor \\Z."""
    api.ma_plugin.converter.add_attribute_function(_pattern)


def with_refusals(doc: dict[str, Any], _route: dict[str, Any], *, method: str, **_: Any) -> dict[str, Any]:
    """The description of a route with every refusal that it can answer with, unless it says so itself."""
    codes = [*ALWAYS]
    if method.upper() != "GET":
        codes += WHEN_CHANGING
    if "requestBody" in doc:
        codes += WHEN_TAKING_JSON
    responses = doc.setdefault("responses", {})
    said = {int(code) for code in responses}
    for code in sorted(set(codes) - said):
        responses[str(code)] = HTTPStatus(code).name
    return doc


def _pattern(_converter: object, field: fields.Field[Any], **_: Any) -> dict[str, Any]:
    found = [rule for rule in field.validators if isinstance(rule, validate.Regexp)]
    if not found:
        return {}
    # marshmallow looks at the beginning of the text, and the whole text only where the pattern ends in \Z.
    pattern = str(found[0].regex.pattern)
    inner = pattern.removeprefix(r"\A").removesuffix(r"\Z")
    return {"pattern": f"^(?:{inner})" + ("$" if pattern.endswith(r"\Z") else "")}
