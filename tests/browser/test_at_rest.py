"""Whoever finds a locked phone and copies all of it reads nothing that anybody wrote, and finds no key.

A browser writes a key that scripts cannot export to its disk all the same, so no key may ever be kept but wrapped.
"""

from __future__ import annotations

import secrets
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap
from cryptography.hazmat.primitives.serialization import load_der_private_key

from tests.browser.conftest import Server
from tests.browser.device import Device
from tests.people import PASSWORD, Provider

#: The row of whoever is on this phone, with its bytes as base64.
ROW = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("heed")
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
        const text = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes)))
        const asked = opening.result.transaction("worker").objectStore("worker").getAll()
        asked.onsuccess = () => {
            const [{worker, wraps, signingKey}] = asked.result
            resolve({
                worker,
                wraps: wraps.map(each => ({salt: text(each.salt), wrappedKey: text(each.wrappedKey)})),
                signingKey: {iv: text(signingKey.iv), sealed: text(signingKey.sealed)},
            })
            opening.result.close()
        }
    }
})"""


def keys_of(row: dict[str, Any], passphrase: str) -> dict[str, bytes]:
    """Every key that opens something on this phone, worked out as the phone does from the passphrase."""
    (wrap,) = row["wraps"]
    wrapping = hash_secret_raw(passphrase.encode(), b64decode(wrap["salt"]), 3, 65_536, 1, 32, Type.ID)
    data_key = aes_key_unwrap(wrapping, b64decode(wrap["wrappedKey"]))
    box = row["signingKey"]
    place = f"{row['worker']}|signing".encode()
    der = AESGCM(data_key).decrypt(b64decode(box["iv"]), b64decode(box["sealed"]), place)
    signing: Any = load_der_private_key(der, None)
    return {
        "wrapping key": wrapping,
        "data key": data_key,
        "signing key": signing.private_numbers().private_value.to_bytes(32),
    }


def test_a_copy_of_a_locked_phone_holds_no_word_that_was_written_and_no_key_that_opens_one(
    meadow: Provider, server: Server, device: Callable[..., Device], tmp_path: Path
):
    entry, draft = (f"canary{secrets.token_hex(12)}" for _ in range(2))
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    phone.page.evaluate("navigator.serviceWorker.ready")
    phone.context.set_offline(True)
    for words in (entry, draft):
        phone.go("new/concern")
        phone.choose("Yes")
        phone.next()
        phone.choose("Grace Adeyemi")
        phone.next()
        phone.page.locator("h1:focus").wait_for()
        phone.page.get_by_role("textbox").fill(words)
        if words == entry:
            phone.page.get_by_role("button", name="Send now").click()
            phone.sees("Saved on this phone. Not sent yet.")
    phone.go("home")
    phone.sees("Not sent – you have not pressed Send")
    assert len(phone.stored("outbox")) == 1
    row = phone.page.evaluate(ROW)
    phone.go("more")
    phone.page.get_by_role("button", name="Lock this phone").click()
    phone.page.get_by_label("Passphrase", exact=True).wait_for()
    phone.close()

    hidden = keys_of(row, PASSWORD)
    secret = {"entry": entry, "draft": draft, "passphrase": PASSWORD, "person": "Grace Adeyemi"}
    for name, words in secret.items():
        hidden |= {f"{name} in UTF-8": words.encode(), f"{name} in UTF-16": words.encode("utf-16-le")}
    copied = [path.read_bytes() for path in (tmp_path / "amina").rglob("*") if path.is_file()]
    # The search itself works: who is on this phone stands there to choose from.
    assert any(b"amina@meadow" in each or "amina@meadow".encode("utf-16-le") in each for each in copied)
    assert [name for name, found in hidden.items() if any(found in each for each in copied)] == []
