"""The composition root: configuration, extensions, blueprints, errors. Nobody inside imports it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool
from werkzeug.middleware.proxy_fix import ProxyFix

from server import static_files
from server.api import BLUEPRINTS, access, description, errors, packing, security_log
from server.api.flood import Flood
from server.api.knocks import Knocks
from server.config import Config
from server.extensions import api, db, jwt, migrate, refuse_what_was_closed
from server.instance.keys import Keys
from server.services.form import FormShelf
from server.services.rules import load_rules
from server.storage.darkroom import Darkroom
from server.storage.photos import Photos

Headers = list[tuple[str, str]]
#: What went wrong while an answer was being given, as WSGI hands it on.
Failure = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

#: Row-level security holds for these roles; the login that connects may be stronger.
WEB, JOBS = "heed_web", "heed_jobs"


class Heed(Flask):
    """The web server. It believes as many proxies as the settings say stand in front, and no more."""

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        hops = self.config["PROXIES"]
        # Not the port and not the prefix: proxies pass on what a client says of these, and nobody needs them.
        believed = ProxyFix(super().wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_port=0, x_prefix=0)

        def start(
            status: str, headers: Headers, exc_info: Failure | None = None
        ) -> Callable[[bytes], object]:
            return start_response(status, [*headers, *static_files.HEADERS.items()], exc_info)

        return believed(environ, start)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """A view as it is. None of ours is asynchronous, and to ask each of nine would take long for a short answer."""
        return func


def create_app(config: Config, role: str = WEB) -> Flask:
    """Heed, ready to serve requests (`role` WEB) or to run jobs (`role` JOBS)."""
    app = Heed("heed", static_folder=None)
    keys = Keys(config.keys)
    app.config.update(_settings(config, role, keys))
    app.extensions["config"] = config
    app.extensions["keys"] = keys
    app.extensions["forms"] = FormShelf.from_folder(config.schemas)
    app.extensions["rules"] = load_rules(config.schemas)
    app.extensions["photos"] = Photos(config.photos)
    app.extensions["darkroom"] = Darkroom()
    app.extensions["flood"] = Flood(config.requests_a_second)
    app.extensions["knocks"] = Knocks()
    app.extensions["owner_engine"] = create_engine(config.migrating_url, poolclass=NullPool)
    db.init_app(app)
    _watch_connections(app)
    migrate.init_app(app, db, directory=str(config.migrations))
    jwt.init_app(app)
    description.prepare(api)
    api.init_app(app)
    description.speak_plain_patterns(api)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    errors.init_app(app)
    access.init_app(app)
    security_log.init_app(app)
    packing.init_app(app)
    static_files.init_app(app)
    return app


def _watch_connections(app: Flask) -> None:
    """A database that was started again closed what we hold, and nobody should meet that."""
    with app.app_context():
        event.listen(db.engine, "checkout", refuse_what_was_closed)


def _settings(config: Config, role: str, keys: Keys) -> dict[str, Any]:
    """What Flask and its extensions want to know."""
    return {
        "PROXIES": config.proxies,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "connect_args": {
                "options": f"-c role={role} -c timezone=UTC -c search_path=public,queue -c jit=off"
            },
            "pool_size": config.web_threads,
            "max_overflow": 4,
            "pool_timeout": 10,
        },
        "JWT_SECRET_KEY": keys.session_secret(),
        "JWT_ALGORITHM": "HS256",
        "JWT_DECODE_ALGORITHMS": ["HS256"],
        "JWT_TOKEN_LOCATION": ["headers"],
        "JWT_ENCODE_NBF": False,
        "JWT_ACCESS_TOKEN_EXPIRES": access.ACCESS_FOR,
        "JWT_ENCODE_ISSUER": "heed",
        "JWT_DECODE_ISSUER": "heed",
        "JWT_ENCODE_AUDIENCE": "heed/api",
        "JWT_DECODE_AUDIENCE": "heed/api",
        "API_TITLE": "Heed",
        "API_VERSION": "1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {
            "info": {
                "description": "What the app asks of its server. Times are ISO 8601, money is in pence."
            },
            "components": {
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
            },
            "security": [{"bearer": []}],
        },
    }
