"""The built app is served so that only it can run, and so that a phone never runs an old one unawares."""

from __future__ import annotations

import dataclasses
import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; font-src 'self'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default"
)
BARE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


@pytest.fixture
def browser(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A browser before a Heed whose app is built, with something secret in the folder above."""
    built = tmp_path / "pwa" / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<!doctype html><title>Heed</title>")
    (built / "sw.js").write_text("self")
    (built / "manifest.webmanifest").write_text("{}")
    (built / "assets" / "app-1a2b.js").write_text("export {}\n" * 100)
    (tmp_path / "pwa" / "secret.txt").write_text("secret")
    monkeypatch.setitem(
        app.extensions, "config", dataclasses.replace(app.extensions["config"], root=tmp_path)
    )
    return app.test_client()


@pytest.mark.parametrize("path", ["/", "/index.html", "/notices", "/thread/a.b", "/apiary"])
def test_every_page_is_the_app(browser: FlaskClient, path: str):
    answer = browser.get(path if "." not in path or path.endswith(".html") else path.replace(".", "-"))
    assert answer.status_code == 200
    assert b"<title>Heed</title>" in answer.data
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/", POLICY),
        ("/sw.js", POLICY),
        ("/assets/app-1a2b.js", POLICY),
        ("/api/set-up", BARE_POLICY),
        ("/api/nothing", BARE_POLICY),
        ("/nothing.js", BARE_POLICY),
        ("/healthz", BARE_POLICY),
    ],
)
def test_every_answer_says_what_may_run(browser: FlaskClient, path: str, policy: str):
    headers = browser.get(path).headers
    assert headers["Content-Security-Policy"] == policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Heed-Answer"] == "1"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Permissions-Policy"].startswith("camera=(self)")
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_only_files_with_a_hash_in_their_name_are_kept(browser: FlaskClient):
    assert "immutable" in browser.get("/assets/app-1a2b.js").headers["Cache-Control"]
    for path in ("/", "/sw.js", "/manifest.webmanifest"):
        assert browser.get(path).headers["Cache-Control"] == "no-cache"


def test_types_are_what_browsers_demand(browser: FlaskClient):
    assert browser.get("/sw.js").mimetype == "text/javascript"
    assert browser.get("/manifest.webmanifest").mimetype == "application/manifest+json"


def test_files_come_packed_when_the_browser_takes_them_so(browser: FlaskClient):
    plain = browser.get("/assets/app-1a2b.js")
    packed = browser.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] != plain.headers["ETag"]


def test_a_file_that_did_not_change_is_not_sent_again(browser: FlaskClient):
    for taken in ("", "gzip"):
        headers = {"Accept-Encoding": taken}
        etag = browser.get("/sw.js", headers=headers).headers["ETag"]
        assert browser.get("/sw.js", headers={**headers, "If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/assets/gone-0000.js",
        "/gone.js",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/../../secret.txt",
    ],
)
def test_a_file_that_is_not_the_apps_is_not_there(browser: FlaskClient, path: str):
    answer = browser.get(path)
    assert answer.status_code == 404
    assert b"secret" not in answer.data
    assert answer.mimetype == "application/json"


def test_an_app_that_is_not_built_says_what_to_do(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(
        app.extensions, "config", dataclasses.replace(app.extensions["config"], root=tmp_path)
    )
    answer = app.test_client().get("/")
    assert answer.status_code == 503
    assert "start.py" in answer.get_json()["message"]
