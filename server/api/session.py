"""Signing in, staying signed in, signing out."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, request

from server.api import access, security_log
from server.api.blueprint import Blueprint
from server.api.payloads.session import RefreshedPayload, SignInPayload, WelcomePayload
from server.domain.errors import NotSignedIn, Throttled
from server.domain.refresh_token import ABSOLUTE, Token
from server.services import session as sessions

blueprint = Blueprint("session", __name__, url_prefix="/api/session", description="Signing in and out")

#: The prefix makes browsers refuse it unless it came from this host alone, over a safe way, for every path.
COOKIE = "__Host-refresh"


@blueprint.post("/sign-in")
@blueprint.arguments(SignInPayload)
@blueprint.alt_response(200, schema=WelcomePayload)
@access.open_to_all
def sign_in(asked: dict[str, Any]) -> Response:
    """Sign in by name and password. An unknown name and a wrong password get the same answer."""
    _demand_own_page()
    result = sessions.sign_in(
        asked["sign_in_name"],
        asked["password"],
        phone(asked),
        address=request.remote_addr or "",
        secret=secret(),
        at=access.now(),
    )
    if isinstance(result, sessions.Refused):
        raise _refused(result)
    return welcome(result, 200)


@blueprint.post("/refresh")
@blueprint.alt_response(200, schema=RefreshedPayload)
@access.open_to_all
def refresh() -> Response:
    """Exchange the refresh cookie for a new one and a new access token."""
    access.demand_own_origin()
    result = sessions.refresh(request.cookies.get(COOKIE, ""), secret=secret(), at=access.now())
    if isinstance(result, sessions.Refused):
        raise _refused(result)
    mine = result.session
    token = access.access_token(mine.provider_id, mine.worker_id, mine.id)
    response = make_response({"access_token": token, "expires_in": _expires_in()})
    return _with_cookie(response, result.token)


@blueprint.post("/sign-out")
@blueprint.response(204)
@access.open_to_all
def sign_out() -> Response:
    """End the session of the refresh cookie. Whoever is not signed in is signed out already."""
    access.demand_own_origin()
    sessions.sign_out(request.cookies.get(COOKIE, ""), secret=secret(), at=access.now())
    response = make_response("", 204)
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
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
    }
    return _with_cookie(make_response(WelcomePayload().dump(body), status), signed_in.token)


def phone(asked: dict[str, Any]) -> sessions.Phone:
    """The device that somebody signs in on."""
    return sessions.Phone(asked["device"]["id"], asked["device"]["name"], asked["signing_key"])


def secret() -> bytes:
    """What refresh tokens and join codes are bound to."""
    kept: bytes = current_app.extensions["keys"].session_secret()
    return kept


def _demand_own_page() -> None:
    """Another site must not sign somebody in as somebody else. Without a browser there is nobody to trick."""
    if "Origin" in request.headers:
        access.demand_own_origin()


def _refused(refused: sessions.Refused) -> NotSignedIn | Throttled:
    access.keep_trace()
    if refused.wait is not None:
        return Throttled(refused.words, refused.wait)
    return NotSignedIn(refused.words)


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
