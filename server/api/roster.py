"""Who is on call and who is on shift in a service."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.base import Payload
from server.api.payloads.roster import MOST_SLOTS, CouncilPayload, OnCallPayload, ShiftPayload
from server.domain.errors import BadInput
from server.domain.roster import Duty, Slot
from server.services import roster

blueprint = Blueprint(
    "roster", __name__, url_prefix="/api/services", description="Who is on call and on shift"
)


def _most_slots(payload: type[Payload]) -> dict[str, Any]:
    """Says in the description of a route how many slots a roster holds."""
    schema = {"type": "array", "items": payload, "maxItems": MOST_SLOTS}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}


@blueprint.get("/<uuid:service>/on-call")
@blueprint.response(200, OnCallPayload(many=True))
def show_on_call(service: UUID) -> list[dict[str, Any]]:
    """Who is on call in a service, from yesterday on."""
    return [_slot_out(slot) for slot in roster.on_call(service, by=access.current().worker, at=access.now())]


@blueprint.put("/<uuid:service>/on-call")
@blueprint.arguments(OnCallPayload(many=True))
@blueprint.doc(**_most_slots(OnCallPayload))
@blueprint.response(200, OnCallPayload(many=True))
@access.takes_up_to(access.MB)
def replace_on_call(asked: list[dict[str, Any]], service: UUID) -> list[dict[str, Any]]:
    """Say who is on call from now on. Who was on call before stays so."""
    _demand_few(asked)
    me = access.current()
    slots = [
        Slot(each["rank"], each["worker"], each["number"], each["from_"], each["until"]) for each in asked
    ]
    kept = roster.replace_on_call(service, slots, provider=me.provider, by=me.worker, at=access.now())
    return [_slot_out(slot) for slot in kept]


@blueprint.put("/<uuid:service>/council-number")
@blueprint.arguments(CouncilPayload)
@blueprint.response(200, CouncilPayload)
def replace_council_number(asked: dict[str, str], service: UUID) -> dict[str, str]:
    """Write down the number of the council's safeguarding adults team."""
    roster.replace_council_number(service, asked["number"], by=access.current().worker, at=access.now())
    return asked


@blueprint.get("/<uuid:service>/shifts")
@blueprint.response(200, ShiftPayload(many=True))
def show_shifts(service: UUID) -> list[dict[str, Any]]:
    """The shifts of a service, from yesterday on."""
    return [_duty_out(duty) for duty in roster.shifts(service, by=access.current().worker, at=access.now())]


@blueprint.put("/<uuid:service>/shifts")
@blueprint.arguments(ShiftPayload(many=True))
@blueprint.doc(**_most_slots(ShiftPayload))
@blueprint.response(200, ShiftPayload(many=True))
@access.takes_up_to(access.MB)
def replace_shifts(asked: list[dict[str, Any]], service: UUID) -> list[dict[str, Any]]:
    """Say what shifts there are from now on. Shifts that are over stay as they were."""
    _demand_few(asked)
    me = access.current()
    duties = [Duty(each["id"], each["from_"], each["until"], tuple(each["workers"])) for each in asked]
    kept = roster.replace_shifts(service, duties, provider=me.provider, by=me.worker, at=access.now())
    return [_duty_out(duty) for duty in kept]


def _demand_few(asked: list[dict[str, Any]]) -> None:
    if len(asked) > MOST_SLOTS:
        raise BadInput(f"A roster holds {MOST_SLOTS} slots at most.")


def _slot_out(slot: Slot) -> dict[str, Any]:
    return {
        "rank": slot.rank,
        "worker": slot.worker,
        "number": slot.number,
        "from_": slot.begin,
        "until": slot.until,
    }


def _duty_out(duty: Duty) -> dict[str, Any]:
    return {"id": duty.id, "from_": duty.begin, "until": duty.until, "workers": duty.workers}
