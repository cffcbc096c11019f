"""Signing in, staying signed in, signing out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, request

from server.api import access, knocks, origin, security_log
from server.api.blueprint import Blueprint
from server.api.payloads.passkey import AskedPayload, PasskeySignInPayload
from server.api.payloads.security import FreshPayload
from server.api.payloads.session import RefreshedPayload, SignInPayload, WelcomePayload
from server.api.payloads.worker import NewPasswordByCodePayload
from server.domain.errors import DomainError
from server.domain.refresh_token import ABSOLUTE, Token
from server.domain.second_step import SecondStep
from server.services import passkey, password_code
from server.services import session as sessions
from server.services import sign_in as signing_in
from server.services.second_step import SignInKeys

blueprint = Blueprint("session", __name__, url_prefix="/api/session", description="Signing in and out")

#: The prefix makes browsers refuse it unless it came from this host alone, over a safe way, for every path.
COOKIE = "__Host-refresh"


@blueprint.post("/sign-in")
@blueprint.arguments(SignInPayload)
@blueprint.alt_response(200, schema=WelcomePayload)
@access.open_to_all
def sign_in(asked: dict[str, Any]) -> Response:
    """Sign in by name and password. An unknown name and a wrong password get the same answer."""
    result = signing_in.by_password(
        asked["sign_in_name"],
        signing_in.Typed(asked["password"], asked["code"]),
        phone(asked),
        address=request.remote_addr or "",
        keys=keys(),
        at=access.now(),
    )
    if isinstance(result, sessions.Refused):
        if access.works_for_nobody():
            # Only then, so that nobody can keep away those who sign in rightly from the same address.
            knocks.demand_few()
            knocks.led_nowhere()
        raise refused(result)
    return welcome(result, 200)


@blueprint.post("/passkey/options")
@blueprint.response(200, AskedPayload)
@access.open_to_all
def ask_for_passkey() -> passkey.Asked:
    """What to ask the browser for, so that somebody can sign in by passkey. Nobody says yet who they are."""
    return passkey.ask_to_sign_in(site(), secret(), access.now())


@blueprint.post("/passkey")
@blueprint.arguments(PasskeySignInPayload)
@blueprint.alt_response(200, schema=WelcomePayload)
@access.open_to_all
def sign_in_by_passkey(asked: dict[str, Any]) -> Response:
    """Sign in by passkey alone: having it and unlocking it are two steps in one."""
    answered = passkey.Answered(asked["challenge_id"], asked["credential"])
    result = signing_in.by_passkey(answered, phone(asked), site=site(), secret=secret(), at=access.now())
    if isinstance(result, sessions.Refused):
        raise refused(result)
    return welcome(result, 200)


@blueprint.post("/password-code")
@blueprint.arguments(NewPasswordByCodePayload)
@blueprint.alt_response(200, schema=WelcomePayload)
@access.open_to_all
def set_password_anew(asked: dict[str, Any]) -> Response:
    """Set a forgotten password anew with a code from a manager, which is then used up, and be signed in."""
    knocks.demand_few()
    with knocks.noting_what_leads_nowhere():
        result = password_code.use(
            asked["code"],
            asked["password"],
            asked["second_step_code"],
            phone(asked),
            address=request.remote_addr or "",
            keys=keys(),
            at=access.now(),
        )
    if isinstance(result, sessions.Refused):
        raise refused(result)
    return welcome(result, 200)


@blueprint.post("/fresh")
@blueprint.arguments(FreshPayload)
@blueprint.response(204)
@access.upload_scope
def prove_again(asked: dict[str, Any]) -> None:
    """Prove again that it is oneself; for five minutes this session may then do what needs that."""
    me, at = access.current(), access.now()
    mine, worker = signing_in.own_session(me.provider, me.session)
    if asked["password"] is not None:
        typed = signing_in.Typed(asked["password"], asked["code"])
        result = signing_in.again_by_password(mine, worker, typed, keys=keys(), at=at)
    else:
        answered = passkey.Answered(asked["challenge_id"], asked["credential"])
        result = signing_in.again_by_passkey(mine, worker, answered, site=site(), secret=secret(), at=at)
    if result is not None:
        raise refused(result)


@blueprint.post("/refresh")
@blueprint.alt_response(200, schema=RefreshedPayload)
@access.open_to_all
def refresh() -> Response:
    """Exchange the refresh cookie for a new one and a new access token."""
    origin.demand_own_origin()
    result = sessions.refresh(request.cookies.get(COOKIE, ""), secret=secret(), at=access.now())
    if isinstance(result, sessions.Refused):
        raise refused(result)
    mine = result.session
    token = access.access_token(mine.provider_id, mine.worker_id, mine.id)
    response = make_response(
        {"access_token": token, "expires_in": _expires_in(), "scope": sessions.scope_of(mine)}
    )
    return _with_cookie(response, result.token)


@blueprint.post("/sign-out")
@blueprint.response(204)
@access.open_to_all
def sign_out() -> Response:
    """End the session of the refresh cookie. Whoever is not signed in is signed out already."""
    origin.demand_own_origin()
    sessions.sign_out(request.cookies.get(COOKIE, ""), secret=secret(), at=access.now())
    response = make_response("", 204)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    # Never "storage": what others on this tablet wrote waits there, sealed, to be sent (docs/decisions/0009).
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def welcome(signed_in: sessions.SignedIn, status: int) -> Response:
    """What somebody gets who has just signed in, by whatever way."""
    worker, provider, mine = signed_in.worker, signed_in.provider, signed_in.session
    security_log.signed_in(mine.provider_id, mine.worker_id, mine.device_id, mine.id)
    body = {
        "access_token": access.access_token(mine.provider_id, mine.worker_id, mine.id),
        "expires_in": _expires_in(),
        "worker": {
            "id": worker.id,
            "name": worker.name,
            "sign_in_name": f"{worker.sign_in_name}@{provider.handle}",
        },
        "provider": {"id": provider.id, "name": provider.name, "demo": provider.demo},
        "device": {"id": mine.device_id},
        "key_id": signed_in.key_id,
        "scope": sessions.scope_of(mine),
        "second_step": second_step_out(signed_in.second_step),
    }
    return _with_cookie(make_response(WelcomePayload().dump(body), status), signed_in.token)


def phone(asked: dict[str, Any]) -> sessions.Phone:
    """The device that somebody signs in on."""
    return sessions.Phone(asked["device"]["id"], asked["device"]["name"], asked["signing_key"])


def second_step_out(step: SecondStep) -> dict[str, Any]:
    """How somebody stands with the second step, as it crosses the wire."""
    return {"set_up": step.is_set_up, "needed_by": step.needed_by}


def secret() -> bytes:
    """What refresh tokens and join codes are bound to."""
    kept: bytes = current_app.extensions["keys"].session_secret()
    return kept


def keys() -> SignInKeys:
    """What signing in rests on."""
    return SignInKeys(secret(), current_app.extensions["keys"].second_step_key())


def site() -> passkey.Site:
    """Where the browser must be for a passkey to count: at the address that the settings name."""
    address: str = current_app.extensions["config"].public_url
    return passkey.Site(urlsplit(address).hostname or "", address)


def refused(result: sessions.Refused) -> DomainError:
    """A refusal that leaves its trace."""
    access.keep_trace()
    return result.error


def _with_cookie(response: Response, token: Token) -> Response:
    response.set_cookie(
        COOKIE,
        token.text(secret()),
        max_age=ABSOLUTE,
        path="/",
        secure=True,
        httponly=True,
        samesite="Strict",
    )
    return response


def _expires_in() -> int:
    return int(access.ACCESS_FOR.total_seconds())
