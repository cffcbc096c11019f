"""What the app's own code signs and seals, the server's own code opens and believes."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.domain.entry import read_body
from server.instance.app_build import Node
from server.services.intake import SIGNED, unseal
from tests.people import b64url, from_b64url

WRITE = Path(__file__).resolve().parent.parent / "pwa" / "test" / "store" / "write-for-the-server.ts"
ANY_KEY = uuid4()
ANSWERS = {"note": "Zażółć, naïve café – she said “no” 🙂\n\u2028twice."}


@pytest.fixture(scope="module")
def intake() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def written(intake: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
    """Two entries and a photo, as a phone holds them ready to send."""
    point = intake.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    done = subprocess.run(
        [Node.find().program, str(WRITE)],
        input=json.dumps({"intake": b64url(point), "answers": ANSWERS}),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


class OneKey:
    """A provider's only intake key."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private

    def intake_private(self, provider: UUID, key: UUID) -> ec.EllipticCurvePrivateKey:
        return self._private


@pytest.fixture(scope="module")
def bodies(written: dict[str, Any], intake: ec.EllipticCurvePrivateKey) -> list[bytes]:
    """The bodies that the server finds in what was sealed, oldest first."""
    found = []
    for item in written["items"]:
        context = f"heed/entry/1|{written['provider']}|{item['key_id']}|{item['id']}"
        sealed = from_b64url(item["ciphertext"])
        body = unseal(OneKey(intake), UUID(written["provider"]), ANY_KEY, sealed, context)
        assert body is not None
        found.append(body)
    return sorted(found, key=lambda body: json.loads(body)["device_seq"])


def test_the_server_reads_every_letter_that_was_written_on_the_phone(bodies: list[bytes]):
    receipt, note = map(read_body, bodies)
    assert note.answers == ANSWERS
    assert [receipt.form, note.form] == ["transaction-receipt", "visit-note"]


def test_the_hash_that_chains_entries_is_the_same_on_both_sides(bodies: list[bytes]):
    receipt, note = (json.loads(body) for body in bodies)
    assert [receipt["device_seq"], receipt["previous"]] == [1, None]
    assert [note["device_seq"], note["previous"]] == [2, hashlib.sha256(bodies[0]).hexdigest()]


def test_the_signature_holds_for_the_exact_bytes_and_no_others(written: dict[str, Any], bodies: list[bytes]):
    writer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_b64url(written["point"]))
    signatures = {item["id"]: from_b64url(item["signature"]) for item in written["items"]}
    for body in bodies:
        raw = signatures[json.loads(body)["id"]]
        numbers = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        writer.verify(numbers, SIGNED + body, ec.ECDSA(hashes.SHA256()))
        with pytest.raises(InvalidSignature):
            writer.verify(numbers, SIGNED + body + b" ", ec.ECDSA(hashes.SHA256()))


def test_a_photo_opens_for_its_own_entry(
    written: dict[str, Any], bodies: list[bytes], intake: ec.EllipticCurvePrivateKey
):
    [photo] = written["photos"]
    provider, sealed = UUID(written["provider"]), from_b64url(photo["sealed"])
    named = f"heed/photo/1|{provider}|{photo['keyId']}|{photo['entry']}|{photo['hash']}"
    content = unseal(OneKey(intake), provider, ANY_KEY, sealed, named)
    assert content is not None
    assert hashlib.sha256(content).hexdigest() == photo["hash"]
    assert json.loads(bodies[0])["photos"] == [
        {"hash": photo["hash"], "type": "image/jpeg", "size": len(content)}
    ]
    assert unseal(OneKey(intake), provider, ANY_KEY, sealed, named[:-1] + "x") is None
