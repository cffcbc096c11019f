"""Whatever is sent to any route, the answer is a plain one: never a failure of ours, nor half a change."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.anything import ANYTHING, TEXT, nearly
from tests.people import Provider, b64url

PLAIN = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def right(meadow: Provider) -> dict[tuple[str, str], Any]:
    """For each route that takes something, what would be right to send."""
    north, hana = str(meadow.services["north"]), str(meadow.workers["hana"])
    slot = {"from": "2099-11-24T09:00:00+00:00", "until": "2099-11-24T17:00:00+00:00"}
    phone = meadow.carol.introduction
    new = {"name": "Nadia", "sign_in_name": "nadia", "password": "yellow wellies by the door", **phone}
    item = {
        "id": str(uuid4()),
        "key_id": str(uuid4()),
        "seal": str(uuid4()),
        "signature": "AAAA",
        "ciphertext": "AAAA",
    }
    signed = {
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "response": {
            "clientDataJSON": "AAAA",
            "authenticatorData": "AAAA",
            "signature": "AAAA",
            "userHandle": "AA",
        },
    }
    service = {
        "name": "West",
        "kind": "homecare",
        "division": "scotland",
        "office_number": "01632 960 101",
        "on_call_number": "01632 960 102",
    }
    return {
        ("POST", "/api/people"): {"name": "Nell", "known_as": "Nell", "service": north, "money_limit": 1},
        ("PUT", f"/api/services/{north}/on-call"): [
            slot | {"rank": 1, "worker": hana, "number": "01632 960 011"}
        ],
        ("PUT", f"/api/services/{north}/shifts"): [slot | {"workers": [hana]}],
        ("PUT", f"/api/services/{north}/council-number"): {"number": "01632 960 444"},
        ("POST", "/api/join-codes"): {"service": north, "role": "worker"},
        ("POST", "/api/join/look"): {"code": "00000-00000"},
        ("POST", "/api/join"): {"code": "00000-00000", **new},
        ("POST", "/api/session/sign-in"): {"sign_in_name": "a@nowhere", "password": "x", **phone},
        ("PUT", "/api/me/password"): {"old": "x", "new": "seven geese on a roof"},
        ("POST", "/api/session/password-code"): {"code": "00000-00000", "password": "seven geese", **phone},
        ("POST", f"/api/workers/{hana}/roles"): {"service": north, "role": "worker", "from": None},
        ("POST", f"/api/workers/{hana}/password-code"): {"second_step": "keep"},
        ("POST", "/api/session/passkey"): {"challenge_id": "AAAA", "credential": signed, **phone},
        ("POST", "/api/session/fresh"): {"challenge_id": "AAAA", "credential": signed},
        ("PUT", "/api/me/code"): {"code": "000000"},
        ("POST", "/api/me/passkeys"): {
            "challenge_id": "AAAA",
            "credential": signed | {"response": {"clientDataJSON": "AAAA", "attestationObject": "AAAA"}},
            "name": "Phone",
        },
        ("POST", "/api/set-up"): {
            "set_up_code": "x",
            "provider": {"name": "H", "handle": "h"},
            "services": [service],
            "manager": {"name": "M", "sign_in_name": "m", "password": "kettle on the hob"},
            **phone,
        },
        ("POST", "/api/push-subscriptions"): {
            "endpoint": "https://fcm.googleapis.com/x",
            "keys": {"p256dh": meadow.carol.public_key, "auth": b64url(bytes(16))},
        },
        ("DELETE", "/api/push-subscriptions"): {"endpoint": "https://fcm.googleapis.com/x"},
        ("PUT", "/api/devices/mine"): {
            "unsent": 1,
            "oldest_unsent_at": "2026-11-24T09:00:00+00:00",
            "app_version": "0.1.0",
            "storage_kept": True,
            "alerts": "on",
        },
        ("POST", "/api/sync/hand-in"): {
            "provider": str(uuid4()),
            "sent_at": "2026-11-24T09:00:00+00:00",
            "items": [item],
        },
        ("POST", "/api/sync/hand-in/receipts"): {"provider": str(uuid4()), "receipts": ["AAAA"]},
        ("POST", "/api/sync/send"): {"sent_at": "2026-11-24T09:00:00+00:00", "unsent": 1, "items": [item]},
        ("POST", "/api/sync/receipts"): {"receipts": ["AAAA"]},
    }


def answers_plainly(answer: Any) -> None:
    assert answer.status_code < 500, answer.get_data(as_text=True)
    if answer.status_code >= 400:
        body = answer.get_json()
        assert body["code"] == answer.status_code
        assert body["message"]
        assert body.keys() <= {"code", "status", "message", "errors", "reason", "ways"}


BARE_ACTS = ("leave", "roles/<uuid:grant>/end", "devices/<uuid:device>/revoke")
#: Every route that takes something. A star stands for an id.
ROUTES = [
    ("POST", "people"), ("PUT", "services/*/on-call"), ("PUT", "services/*/shifts"),
    ("PUT", "services/*/council-number"), ("POST", "join-codes"), ("POST", "join/look"), ("POST", "join"),
    ("POST", "session/sign-in"), ("POST", "set-up"), ("POST", "push-subscriptions"), ("DELETE", "push-subscriptions"),
    ("PUT", "devices/mine"), ("POST", "sync/send"), ("POST", "sync/receipts"), ("POST", "sync/hand-in"),
    ("POST", "sync/hand-in/receipts"),
    ("POST", "session/passkey"), ("POST", "session/fresh"), ("POST", "session/password-code"), ("PUT", "me/code"),
    ("PUT", "me/password"), ("POST", "me/passkeys"), ("POST", "workers/*/roles"), ("POST", "workers/*/password-code"),
]  # fmt: skip


def by_route(meadow: Provider) -> dict[tuple[str, str], tuple[str, Any]]:
    """For each of these routes, its address and what would be right to send."""
    return {
        (method, re.sub(r"[0-9a-f-]{36}", "*", path.removeprefix("/api/"))): (path, document)
        for (method, path), document in right(meadow).items()
    }


@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_what_is_nearly_right_gets_a_plain_answer(meadow: Provider, method: str, route: str):
    path, document = by_route(meadow)[method, route]

    @PLAIN
    @given(nearly(document) | ANYTHING)
    def send(said: Any) -> None:
        raw = json.dumps(said)
        answers_plainly(
            meadow.carol.ask(method, path, data=raw, headers={"Content-Type": "application/json"})
        )

    send()


#: JSON that two readers could take differently, or that is none.
AMBIGUOUS = [
    b'{"a": 1, "a": 2}', b'{"a": {"b": 1, "b": 1}}', b"[NaN]", b"[Infinity]", b"[-Infinity]", b"[1e999]", b"[-1e999]",
    b'["\\ud800"]', b'{"\\udfff": 1}', b'["\\u0000"]', b'["\xff"]', b"\xef\xbb\xbf{}", "{}".encode("utf-16"),
    "{}".encode("utf-32"), b"[" * 33 + b"]" * 33, b"[" * 20_000, b'{"a":' * 9_000, b"[" + b"9" * 5_000 + b"]", b"[1,]",
    b"{'a': 1}", b"[01]", b"[+1]", b"[.5]", b"{} {}", b"/**/{}", b"[\x0b1]", b'["\t"]', b"[0x10]", b"nil", b"",
]  # fmt: skip


def test_no_route_reads_json_that_readers_could_differ_about(meadow: Provider):
    for method, path in right(meadow):
        for raw in AMBIGUOUS:
            answer = meadow.carol.ask(method, path, data=raw, headers={"Content-Type": "application/json"})
            assert answer.status_code == 400, (method, path, raw[:30], answer.get_data(as_text=True))
            answers_plainly(answer)


def test_no_route_reads_json_in_another_coat(meadow: Provider):
    for (method, path), document in right(meadow).items():
        for kind in (
            "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json",
            "application/vnd.api+json", "application/json; charset=utf-16", "application/json; charset=latin-1",
        ):  # fmt: skip
            answer = meadow.carol.ask(method, path, data=json.dumps(document), headers={"Content-Type": kind})
            assert answer.status_code == 415, (method, path, kind)
            answers_plainly(answer)


def test_every_route_that_takes_something_is_tried_here(app: Flask, meadow: Provider):
    tried = {
        (method, re.sub(r"/(service|worker)s/[^/]+/", r"/\1s/<uuid:\1>/", path))
        for method, path in right(meadow)
    }
    takers = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if method in ("POST", "PUT", "PATCH", "DELETE")
    }
    bare = {("POST", "/api/session/refresh"), ("POST", "/api/session/sign-out")}
    bare |= {("POST", "/api/session/passkey/options"), ("POST", "/api/me/passkeys/options")}
    bare |= {("POST", "/api/me/code"), ("DELETE", "/api/me/code")}
    bare |= {("POST", f"/api/workers/<uuid:worker>/{act}") for act in BARE_ACTS}
    bare |= {("POST", "/api/me/devices/<uuid:device>/sign-out")}
    bare |= {("DELETE", "/api/me/passkeys/<uuid:passkey_id>")}
    photos = {(method, path) for method, path in takers if "photo" in path}
    assert takers - bare - photos == tried
    assert sorted(ROUTES) == sorted(by_route(meadow))


@PLAIN
@given(query=st.dictionaries(st.sampled_from(["cursor", "limit", "more"]) | TEXT, TEXT, max_size=3))
def test_any_question_after_the_address_gets_a_plain_answer(meadow: Provider, query: dict[str, str]):
    asked = {name.encode(errors="replace"): value.encode(errors="replace") for name, value in query.items()}
    answers_plainly(meadow.carol.get("/api/sync/fetch", query_string=asked))


@PLAIN
@given(name=TEXT, raw=st.binary(max_size=200), key=TEXT)
def test_any_photo_gets_a_plain_answer(meadow: Provider, name: str, raw: bytes, key: str):
    path = f"/api/sync/photo/{uuid4()}/{uuid4()}/" + name.encode(errors="replace").hex()[:64].ljust(64, "0")
    header = "".join(letter for letter in key if letter.isprintable() and ord(letter) < 256)
    answers_plainly(meadow.carol.ask("PUT", path, data=raw, headers={"Heed-Intake-Key": header}))
    answers_plainly(meadow.carol.get(path.replace("/sync", "")))
