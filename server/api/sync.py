"""Sending and fetching: the one road between phones and the server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from flask import Response, current_app, json

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.sync import (
    FetchedPayload,
    FetchQuery,
    FirstPayload,
    JudgedPayload,
    ReceiptsPayload,
    SendPayload,
    SentPayload,
)
from server.services import device, receipt, sending
from server.services.fetch import fetch
from server.services.first_look import first_look
from server.services.receipt import Judged

blueprint = Blueprint("sync", __name__, url_prefix="/api/sync", description="Sending and fetching entries")


@blueprint.post("/send")
@blueprint.arguments(SendPayload)
@blueprint.alt_response(200, schema=SentPayload)
@access.takes_up_to(4 * access.MB)
@access.upload_scope
def send(batch: dict[str, Any]) -> Response:
    """Send up to 100 sealed entries; answers what became of each, after all of it is safely kept."""
    me, at = access.current(), datetime.now(UTC)
    skew = at - batch["sent_at"]
    receiving = sending.receiving(me.provider, current_app.extensions, at)
    outcomes = receiving.receive(batch["items"], skew)
    given = receipt.give(me.provider, current_app.extensions["keys"].cursor_key())
    # After the head is locked and never before, so that two who need both cannot wait for each other.
    device.heard_from(me.provider, me.device, at=at, unsent=max(0, batch["unsent"] - len(outcomes)))
    sent = {"outcomes": outcomes, "server_time": at, "epoch": given.epoch, "receipt": given.text}
    # A hundred outcomes are written at once by a library in C, and checked against their payload by the tests.
    return Response(orjson.dumps(sent), mimetype="application/json")


@blueprint.post("/receipts")
@blueprint.arguments(ReceiptsPayload)
@blueprint.response(200, JudgedPayload)
@access.upload_scope
def judge_receipts(shown: dict[str, Any]) -> Judged:
    """Which of these receipts are in a verified backup, and which stand for what must be offered again."""
    me = access.current()
    return receipt.judge(me.provider, shown["receipts"], current_app.extensions["keys"].cursor_key())


@blueprint.get("/fetch")
@blueprint.arguments(FetchQuery, location="query")
@blueprint.alt_response(200, schema=FetchedPayload)
def fetch_page(query: dict[str, Any]) -> Response:
    """Fetch what is new for this worker after a cursor, in order."""
    me, at = access.current(), access.now()
    key = current_app.extensions["keys"].cursor_key()
    page = fetch(me.worker, me.provider, me.stand, query["cursor"], query["limit"], at, key)
    rest = json.dumps(
        {"cursor": page.cursor, "more": page.more, "epoch": page.epoch, "server_time": at.isoformat()}
    )
    # The items are JSON already; reading them only to write them again would take longer than all the rest.
    return Response(f'{{"items":[{",".join(page.items)}],{rest[1:]}', mimetype="application/json")


@blueprint.get("/first")
@blueprint.alt_response(200, schema=FirstPayload)
def fetch_first() -> Response:
    """Fetch what a new phone needs first: what waits for somebody, and what changed last. Moves no cursor."""
    me, at = access.current(), access.now()
    items = first_look(me.worker, me.provider, me.stand, at)
    rest = json.dumps({"epoch": me.stand.epoch, "server_time": at.isoformat()})
    return Response(f'{{"items":[{",".join(items)}],{rest[1:]}', mimetype="application/json")
