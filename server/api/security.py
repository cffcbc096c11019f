"""One's own signing in: password, code app, recovery codes, passkeys and devices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from server.api import access
from server.api.blueprint import Blueprint
from server.api.payloads.passkey import AskedPayload, KeptPasskeyPayload, NewPasskeyPayload
from server.api.payloads.security import (
    ConfirmCodePayload,
    NewCodeAppPayload,
    NewPasswordPayload,
    OwnDevicePayload,
    RecoveryCodesPayload,
    SecurityPayload,
)
from server.api.qr import modules
from server.api.session import keys, refused, second_step_out, secret, site
from server.services import device as devices
from server.services import own_security, passkey, password_code
from server.services import sign_in as signing_in

blueprint = Blueprint("me", __name__, url_prefix="/api/me", description="One's own signing in")


@blueprint.get("/security")
@blueprint.response(200, SecurityPayload)
@access.upload_scope
def show() -> dict[str, Any]:
    """How one signs in: with a code app or not, recovery codes that are left, passkeys."""
    me = access.current()
    found = own_security.of(me.provider, me.worker, access.now())
    return {
        "code": found.has_code_app,
        "recovery_codes_left": found.recovery_codes_left,
        "passkeys": found.passkeys,
        "second_step": second_step_out(found.second_step),
    }


@blueprint.post("/code")
@blueprint.response(200, NewCodeAppPayload)
@access.upload_scope
@access.needs_fresh
def begin_code_app() -> dict[str, Any]:
    """Make a secret for a code app. It counts once a code of it was shown, within half an hour."""
    me = access.current()
    new = own_security.begin_code_app(me.provider, me.worker, keys(), access.now())
    return {"secret": new.secret, "uri": new.uri, "qr": modules(new.uri)}


@blueprint.put("/code")
@blueprint.arguments(ConfirmCodePayload)
@blueprint.response(200, RecoveryCodesPayload)
@access.upload_scope
def confirm_code_app(asked: dict[str, Any]) -> dict[str, Any]:
    """Let the new secret count, in place of the one before. Answers ten recovery codes, this once."""
    me = access.current()
    codes = own_security.confirm_code_app(me.provider, me.worker, asked["code"], keys(), access.now())
    return {"recovery_codes": codes}


@blueprint.delete("/code")
@blueprint.response(204)
@access.needs_fresh
def remove_code_app() -> None:
    """Let the code app count no more."""
    me = access.current()
    own_security.remove_code_app(me.provider, me.worker, access.now())


@blueprint.post("/passkeys/options")
@blueprint.response(200, AskedPayload)
@access.upload_scope
@access.needs_fresh
def ask_for_new_passkey() -> passkey.Asked:
    """What to ask the browser for, so that it makes a passkey."""
    me = access.current()
    return own_security.ask_for_new_passkey(
        me.provider, me.worker, me.session, site(), secret(), access.now()
    )


@blueprint.post("/passkeys")
@blueprint.arguments(NewPasskeyPayload)
@blueprint.response(201, KeptPasskeyPayload)
@access.upload_scope
def add_passkey(asked: dict[str, Any]) -> dict[str, Any]:
    """Keep a passkey that the browser has just made."""
    me = access.current()
    answered = passkey.Answered(asked["challenge_id"], asked["credential"])
    kept, codes = own_security.add_passkey(
        me.provider, me.worker, me.session, asked["name"], answered, site(), keys(), access.now()
    )
    return {
        "id": kept.id,
        "name": kept.name,
        "made_at": kept.made_at,
        "last_used_at": kept.last_used_at,
        "recovery_codes": codes,
    }


@blueprint.delete("/passkeys/<uuid:passkey_id>")
@blueprint.response(204)
@access.needs_fresh
def remove_passkey(passkey_id: UUID) -> None:
    """Let a passkey count no more."""
    me = access.current()
    own_security.remove_passkey(me.provider, me.worker, passkey_id, access.now())


@blueprint.put("/password")
@blueprint.arguments(NewPasswordPayload)
@blueprint.response(204)
def change_password(asked: dict[str, Any]) -> None:
    """Change one's password. One's other sessions end."""
    me, at = access.current(), access.now()
    mine, worker = signing_in.own_session(me.provider, me.session)
    result = password_code.change(mine, worker, asked["old"], asked["new"], keys=keys(), at=at)
    if result is not None:
        raise refused(result)


@blueprint.get("/devices")
@blueprint.response(200, OwnDevicePayload(many=True))
def show_devices() -> list[dict[str, Any]]:
    """The devices that one signs in on, the last used first."""
    me = access.current()
    return [
        {
            "id": each.device.id,
            "name": each.device.name,
            "this": each.device.id == me.device,
            "made_at": each.device.made_at,
            "last_seen_at": each.device.last_seen_at,
            "signed_in": each.signed_in,
            "unsent": each.device.unsent,
        }
        for each in devices.devices_of_worker(me.worker, access.now())
    ]


@blueprint.post("/devices/<uuid:device>/sign-out")
@blueprint.response(204)
def sign_out_device(device: UUID) -> None:
    """End one's session on one of one's devices, at once."""
    devices.sign_out(access.current().worker, device, access.now())
