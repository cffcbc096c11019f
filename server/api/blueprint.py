"""A blueprint whose routes read what is sent strictly and are described in OpenAPI."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import Request
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser, abort

from server.api.description import with_refusals
from server.domain.json_text import read_json


class StrictParser(FlaskParser):
    """Refuses JSON that two readers could take differently, and anything that a payload does not name."""

    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = dict.fromkeys(
        FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION
    )

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The value that was sent.

        Only application/json in UTF-8 is taken, since a form on another site can send the rest.
        """
        charset = req.mimetype_params.get("charset", "utf-8").lower()
        if req.mimetype != "application/json" or charset not in ("utf-8", "utf8"):
            abort(415)
        return read_json(req.get_data())

    def _handle_invalid_json_error(self, error: Any, req: Request, *args: Any, **kwargs: Any) -> NoReturn:
        raise error


class Blueprint(SmorestBlueprint):
    """Our routes. Use it instead of flask-smorest's own."""

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(with_refusals)

    def arguments(self, schema: Any, **options: Any) -> Any:
        """What a route takes. Its payload is made once; made anew for each request, that would take half of reading."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)
