"""Who is asking. Every route is closed unless it says otherwise, and each request is one commit.

Flask-JWT-Extended makes the access tokens. They are verified here, by PyJWT beneath it: the library answers 500 to
some malformed headers, and takes signed tokens without an end, an id or a type.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

import jwt as pyjwt
from flask import Flask, Response, current_app, g, request
from flask_jwt_extended import create_access_token

from server.api import flood, origin
from server.api.blueprint import Blueprint
from server.domain.errors import FreshNeeded, NotSignedIn, SignInAgain
from server.extensions import db, work_for, work_for_nobody
from server.services import session as sessions
from server.services.stand import Stand

View = TypeVar("View", bound=Callable[..., Any])

ACCESS_FOR = timedelta(minutes=10)
KB, MB = 1024, 1024 * 1024
#: What a route takes unless it says otherwise with `takes_up_to`.
USUAL_BODY = 64 * KB

#: flask-smorest makes this route itself, so it cannot carry our mark.
OPEN_BY_NAME = {"api-docs.openapi_json"}

_BEARER = re.compile(r"Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)", re.IGNORECASE)
_LONGEST_TOKEN = 4 * KB
_CLAIMS = {"aud", "exp", "iat", "iss", "jti", "provider", "sid", "sub", "type"}

SIGN_IN = "Sign in first."
RENEW = "Your session needs to be renewed."
#: So many tokens of phones that are asking just now are remembered.
REMEMBERED = 4096


@dataclass(frozen=True)
class Caller:
    """Whoever is asking: a worker, on a device, in a session that goes on."""

    provider: UUID
    worker: UUID
    device: UUID
    session: UUID
    name: str
    sign_in_name: str
    fresh_until: datetime | None
    scope: str
    stand: Stand


def init_app(app: Flask) -> None:
    """Close every route, and make each request one commit."""
    app.before_request(_guard)
    app.after_request(_finish)


def open_to_all(view: View) -> View:
    """Mark a route as open to whoever asks. Put it right above the function."""
    opened: View = Blueprint.doc(security=[])(view)
    vars(opened)["open_to_all"] = True
    return opened


def needs_fresh(view: View) -> View:
    """Mark a route as one for somebody who has just proved again who they are. Put it right above the function."""
    vars(view)["needs_fresh"] = True
    return view


def upload_scope(view: View) -> View:
    """Mark a route as one that a session may use which may only send. Put it right above the function."""
    vars(view)["upload_scope"] = True
    return view


def takes_up_to(size: int) -> Callable[[View], View]:
    """Say how many bytes a route takes. Put it right above the function."""

    def mark(view: View) -> View:
        vars(view)["takes_up_to"] = size
        return view

    return mark


def is_open(endpoint: str, view: Callable[..., Any]) -> bool:
    """Whether a route is open to whoever asks."""
    return endpoint in OPEN_BY_NAME or getattr(view, "open_to_all", False)


def current() -> Caller:
    """Whoever is asking. Only in routes that are closed."""
    caller: Caller = g.caller
    return caller


def demand_fresh() -> None:
    """Refuse whoever has not just proved again who they are. For routes that need it only now and then."""
    until = current().fresh_until
    if until is None or now() >= until:
        raise FreshNeeded("Show again that it is you: write your passphrase, or use your passkey.")


def now() -> datetime:
    """When this request came."""
    at: datetime = g.at
    return at


def works_for_nobody() -> bool:
    """Whether what this request showed has led to no provider."""
    return db.session().info.get("provider") is None


def keep_trace() -> None:
    """Commit what this request did although it is refused, because a refusal must leave a trace."""
    g.keep_trace = True


def after_commit(act: Callable[[], None]) -> None:
    """Do something outside the database, but only once what this request did is safely kept."""
    g.setdefault("after_commit", []).append(act)


def access_token(provider: UUID, worker: UUID, session: UUID) -> str:
    """A short-lived token for a session. The phone keeps it in memory only."""
    claims = {"sid": str(session), "provider": str(provider)}
    token: str = create_access_token(str(worker), additional_claims=claims)
    return token


def _guard() -> None:
    g.at = datetime.now(UTC)
    work_for_nobody()
    origin.demand_our_address()
    if request.endpoint is None:
        return
    origin.refuse_other_sites()
    view = current_app.view_functions[request.endpoint]
    request.max_content_length = getattr(view, "takes_up_to", USUAL_BODY)
    if request.endpoint in origin.PAGES:
        return
    if is_open(request.endpoint, view):
        flood.count_address()
    else:
        g.caller = _who_is_asking()
        if g.caller.scope == sessions.UPLOAD and not getattr(view, "upload_scope", False):
            raise SignInAgain(sessions.SIGN_IN_AGAIN)
        if getattr(view, "needs_fresh", False):
            demand_fresh()


def _finish(response: Response) -> Response:
    if response.status_code < 400 or g.get("keep_trace"):
        # Most who ask whether there is anything new have touched nothing.
        if db.session().in_transaction():
            db.session.commit()
        for act in g.get("after_commit", ()):
            act()
    else:
        db.session.rollback()
    return response


def _who_is_asking() -> Caller:
    provider, worker, session = _named_in_token()
    # Before anything is asked of the database.
    flood.count_session(session)
    work_for(provider)
    whose = sessions.whose(session, worker, provider, now())
    if whose is None:
        raise NotSignedIn(sessions.ENDED)
    return Caller(
        provider=provider,
        worker=worker,
        device=whose.device,
        session=session,
        name=whose.name,
        sign_in_name=whose.sign_in_name,
        fresh_until=whose.fresh_until,
        scope=whose.scope,
        stand=whose.stand,
    )


def _named_in_token() -> list[UUID]:
    """The provider, worker and session of the token that came along."""
    try:
        claims = _claims(request.headers.get("Authorization", ""))
        return [UUID(claims[name]) for name in ("provider", "sub", "sid")]
    except (NotSignedIn, ValueError, TypeError, AttributeError) as e:
        flood.count_address()
        raise e if isinstance(e, NotSignedIn) else NotSignedIn(SIGN_IN) from e


def _claims(header: str) -> dict[str, Any]:
    """The claims of the token in an Authorization header, when it is one that we made for this use."""
    bearer = _BEARER.fullmatch(header.strip()) if len(header) <= _LONGEST_TOKEN else None
    if bearer is None:
        raise NotSignedIn(SIGN_IN)
    try:
        claims = _read_token(bearer[1], current_app.config["JWT_SECRET_KEY"])
    except pyjwt.ExpiredSignatureError as e:
        raise NotSignedIn(RENEW) from e
    except (pyjwt.PyJWTError, ValueError, TypeError, KeyError) as e:
        raise NotSignedIn(SIGN_IN) from e
    lasts = claims.get("exp", 0) - claims.get("iat", 0)
    if not claims.keys() >= _CLAIMS or claims["type"] != "access" or lasts > ACCESS_FOR.total_seconds():
        raise NotSignedIn(SIGN_IN)
    if claims["exp"] <= now().timestamp():
        raise NotSignedIn(RENEW)
    return claims


@lru_cache(maxsize=REMEMBERED)
def _read_token(token: str, secret: bytes) -> dict[str, Any]:
    """The claims of a token, whose signature is checked once: it cannot become wrong, only too old.

    The library that made it would decode it three times over, and fill in what a token lacks. Nothing is remembered
    of a token that is refused.
    """
    settings = current_app.config
    claims: dict[str, Any] = pyjwt.decode(
        token,
        secret,
        algorithms=settings["JWT_DECODE_ALGORITHMS"],
        audience=settings["JWT_DECODE_AUDIENCE"],
        issuer=settings["JWT_DECODE_ISSUER"],
    )
    return claims
