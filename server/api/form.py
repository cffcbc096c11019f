"""The forms, for whoever wants to write: open without signing in, since they say nothing about anybody."""

from __future__ import annotations

import hashlib

from flask import Response, current_app, json, request, url_for

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.form import FormPayload
from server.services.form import FormShelf

blueprint = Blueprint(
    "form", __name__, url_prefix="/api/forms", description="What is asked, version by version"
)

#: A published version is never edited, but an installation can be moved back: so a day, not for ever.
FOR_A_DAY = "public, max-age=86400"


@blueprint.get("")
@blueprint.response(200, FormPayload(many=True))
@blueprint.alt_response(304, description="You have this list already")
@access.open_to_all
def list_forms() -> Response:
    """Every version of every form, with where to fetch it and the hash of what comes from there."""
    forms = [
        {
            "form": each.form,
            "version": each.version,
            "title": each.title,
            "url": url_for("form.show_form", form=each.form, version=each.version),
            "sha256": each.sha256,
        }
        for each in _shelf().catalogue
    ]
    raw = json.dumps(FormPayload(many=True).dump(forms)).encode()
    return _answer(raw, hashlib.sha256(raw).hexdigest(), "no-cache")


@blueprint.get("/<form>/<int:version>")
@blueprint.response(200, description="The form: JSON Schema 2020-12, and our own words beginning with x-")
@blueprint.alt_response(304, description="You have this version already")
@access.open_to_all
def show_form(form: str, version: int) -> Response:
    """One version of a form, byte for byte as it was published."""
    shelf = _shelf()
    return _answer(shelf.raw(form, version), shelf.catalogue.version(form, version).sha256, FOR_A_DAY)


def _answer(raw: bytes, sha256: str, keep: str) -> Response:
    response = Response(raw, mimetype="application/json", headers={"Cache-Control": keep})
    response.set_etag(sha256)
    response.make_conditional(request)
    return response


def _shelf() -> FormShelf:
    shelf: FormShelf = current_app.extensions["forms"]
    return shelf
