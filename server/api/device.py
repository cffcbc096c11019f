"""What devices say of themselves, and who may see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.device import DeviceReportPayload, LastWordPayload, ShownDevicePayload
from server.services.device import last_heard
from server.services.device_health import DeviceShown, Report, devices_of, note_report

blueprint = Blueprint(
    "device", __name__, url_prefix="/api", description="Phones and tablets, and how they are"
)


@blueprint.put("/devices/mine")
@blueprint.arguments(DeviceReportPayload)
@blueprint.response(204)
@access.upload_scope
def report(asked: dict[str, Any]) -> None:
    """Say how this device is: what it still holds, since when, and whether it can keep it and be told."""
    me = access.current()
    note_report(me.device, Report(**asked), provider=me.provider, at=access.now())


@blueprint.get("/devices/mine")
@blueprint.response(200, LastWordPayload)
@access.upload_scope
def last_word() -> dict[str, Any]:
    """What this device last said that it holds, for a phone whose browser has cleared everything on it."""
    me = access.current()
    unsent, last_seen_at = last_heard(me.provider, me.device)
    return {"unsent": unsent, "last_seen_at": last_seen_at or access.now()}


@blueprint.get("/services/<uuid:service>/devices")
@blueprint.response(200, ShownDevicePayload(many=True))
def show_devices(service: UUID) -> list[dict[str, Any]]:
    """The devices of everybody who works in a service, those with worries first."""
    me = access.current()
    return [_out(each) for each in devices_of(service, by=me.worker, at=access.now())]


def _out(shown: DeviceShown) -> dict[str, Any]:
    heard = shown.heard
    return {
        "id": shown.id,
        "name": shown.name,
        "workers": [{"id": worker, "name": name} for worker, name in shown.workers],
        "last_seen_at": heard.last_seen_at,
        "unsent": heard.unsent,
        "oldest_unsent_at": heard.oldest_unsent_at,
        "app_version": shown.app_version,
        "storage_kept": heard.storage_kept,
        "alerts": shown.alerts,
        "is_told": heard.is_told,
        "worries": [{"rule": worry.name.lower(), "words": str(worry)} for worry in shown.worries],
    }
