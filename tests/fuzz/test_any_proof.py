"""Whatever is shown to prove something (a token, a cursor, a receipt, a passkey), it proves that or nothing."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.errors import BadInput
from server.services.cursor import Cursor, Reached, read_cursor
from tests.anything import ANYTHING, DAMAGE, TEXT, Damage, damaged
from tests.authenticator import Authenticator
from tests.people import Phone, Provider, b64url, from_b64url

#: What a header may hold on its way through a web server.
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=200)
KEY, WORKER = bytes(32), UUID(int=7)


@pytest.fixture
def times(everything: bool) -> int:
    """How often each is tried."""
    return 1000 if everything else 60


def often(times: int) -> settings:
    return settings(
        max_examples=times,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


def test_any_authorization_header_lets_nobody_in(app: Flask, times: int) -> None:
    part = st.binary(max_size=60).map(b64url) | st.text("eyJ0-_=.", max_size=20)
    tokens = st.lists(part, min_size=1, max_size=5).map(".".join)

    @often(times)
    @given(HEADER | tokens.map("Bearer {}".format) | HEADER.map("Bearer {}".format))
    def ask(header: str) -> None:
        answer = app.test_client().get("/api/me/devices", headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    ask()


def test_a_token_with_one_claim_changed_lets_nobody_else_in(app: Flask, meadow: Provider, times: int) -> None:
    """Even one that carries our own signature, as a fault elsewhere might make it."""
    token = meadow.amina.welcome["access_token"]
    secret = app.config["JWT_SECRET_KEY"]
    right = jwt.decode(token, options={"verify_signature": False})
    anything = ANYTHING | st.sampled_from([right["exp"], str(right["exp"]), right["sub"], 1e300, -(2**63)])

    @often(times)
    @given(claim=st.sampled_from(sorted(right)) | TEXT, said=anything, is_gone=st.booleans())
    def ask(claim: str, said: Any, is_gone: bool) -> None:
        claims = {name: value for name, value in right.items() if not (is_gone and name == claim)}
        if not is_gone:
            claims[claim] = said
        payload = b64url(json.dumps(claims).encode())
        head = b64url(b'{"alg":"HS256","typ":"JWT"}')
        signing = jwt.get_algorithm_by_name("HS256")
        signature = b64url(signing.sign(f"{head}.{payload}".encode(), signing.prepare_key(secret)))
        header = {"Authorization": f"Bearer {head}.{payload}.{signature}"}
        answer = app.test_client().get("/api/me/devices", headers=header)
        assert answer.status_code in (200, 401)
        changed = {name for name in right if claims.get(name) != right[name]}
        # When it was made, and which one it is, says nothing of who is asking.
        assert answer.status_code == 401 or changed <= {
            "iat",
            "jti",
            "exp",
            "fresh",
            "nbf",
            "csrf",
            "iss",
            "aud",
        }

    ask()


def test_any_cursor_is_one_of_ours_or_refused(times: int) -> None:
    right = from_b64url(Cursor(1, {"worker": Reached(3, 4)}).sealed(KEY, WORKER))

    @often(times * 5)
    @given(st.text(max_size=300) | damaged(right).map(b64url) | st.binary(max_size=120).map(b64url))
    def read(text: str) -> None:
        try:
            cursor = read_cursor(text, KEY, WORKER, 1, lambda epoch: 0)
        except BadInput:
            return
        assert text in ("", b64url(right))
        assert cursor.at == ({"worker": Reached(3, 4)} if text else {})

    read()


def test_any_receipt_is_judged_and_a_changed_one_is_never_safe(meadow: Provider, times: int) -> None:
    amina = meadow.amina
    sent = {"sent_at": "2026-11-24T09:00:00+00:00", "unsent": 1, "items": [amina.item(uuid4(), b"{}")]}
    right = from_b64url(amina.post("/api/sync/send", sent).get_json()["receipt"])

    @often(times)
    @given(st.lists(damaged(right).map(b64url) | st.binary(max_size=150).map(b64url), min_size=1, max_size=5))
    def show(receipts: list[str]) -> None:
        answer = amina.post("/api/sync/receipts", {"receipts": receipts})
        assert answer.status_code in (200, 422)
        if answer.status_code == 200:
            judged = answer.get_json()
            assert judged["safe"] == []
            assert judged["again"] == [each for each in receipts if each != b64url(right)]

    show()


#: Which part of a signed credential is changed: one of its own, or one of its response.
PARTS = st.sampled_from(["id", "rawId", "clientDataJSON", "authenticatorData", "signature", "userHandle"])


def test_a_passkeys_answer_with_anything_changed_signs_nobody_in(
    app: Flask, meadow: Provider, times: int
) -> None:
    passkey = Authenticator()
    keep(meadow.carol, passkey)

    @often(times)
    @given(name=PARTS, damage=DAMAGE)
    def sign_in(name: str, damage: Damage) -> None:
        asked = app.test_client().post("/api/session/passkey/options").get_json()
        credential = passkey.sign(asked["options"])
        holder = credential if name in credential else credential["response"]
        before = from_b64url(holder[name])
        changed = damage(before)
        holder[name] = b64url(changed)
        said = {"challenge_id": asked["challenge_id"], "credential": credential, **meadow.carol.introduction}
        answer = app.test_client().post("/api/session/passkey", json=said)
        assert answer.status_code in (200, 401, 422), answer.get_data(as_text=True)
        assert answer.status_code != 200 or changed == before

    sign_in()


def test_any_new_passkey_is_kept_or_called_wrong(meadow: Provider, times: int) -> None:
    carol, first = meadow.carol, Authenticator()
    keep(carol, first)

    @often(times)
    @given(name=st.sampled_from(["clientDataJSON", "attestationObject"]), damage=DAMAGE)
    def add(name: str, damage: Damage) -> None:
        asked = carol.post("/api/me/passkeys/options", None)
        if asked.status_code == 403:
            # It has been five minutes.
            prove_again(carol, first)
            asked = carol.post("/api/me/passkeys/options", None)
        credential = Authenticator().make(asked.get_json()["options"])
        credential["response"][name] = b64url(damage(from_b64url(credential["response"][name])))
        said = {"challenge_id": asked.get_json()["challenge_id"], "credential": credential, "name": "Phone"}
        answer = carol.post("/api/me/passkeys", said)
        assert answer.status_code in (201, 422), answer.get_data(as_text=True)
        if answer.status_code == 201:
            assert carol.delete(f"/api/me/passkeys/{answer.get_json()['id']}", None).status_code == 204

    add()


def keep(phone: Phone, passkey: Authenticator) -> None:
    """Have a passkey kept on a phone whose owner has just signed in."""
    asked = phone.post("/api/me/passkeys/options", None).get_json()
    made = {
        "challenge_id": asked["challenge_id"],
        "credential": passkey.make(asked["options"]),
        "name": "Phone",
    }
    assert phone.post("/api/me/passkeys", made).status_code == 201


def prove_again(phone: Phone, passkey: Authenticator) -> None:
    asked = phone.client.post("/api/session/passkey/options").get_json()
    proof = {"challenge_id": asked["challenge_id"], "credential": passkey.sign(asked["options"])}
    assert phone.prove_again(**proof).status_code == 204
