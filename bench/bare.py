"""The least that Flask can be asked: one route that answers one short JSON text. The yardstick of an empty poll."""

from __future__ import annotations

from flask import Flask, Response

app = Flask("bare")


@app.get("/healthz")
def answer() -> Response:
    """As long as what an empty poll is answered."""
    return Response(
        '{"items":[],"cursor":"' + "x" * 200 + '","more":false,"epoch":1}', mimetype="application/json"
    )
