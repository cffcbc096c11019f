"""A phone's own lock, as Chromium plays it: it makes passkeys and answers for whoever holds the phone."""

from __future__ import annotations

from typing import Any

from tests.browser.device import Device

PLATFORM = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class PhoneLock:
    """The lock of one device while its browser runs. `can_unlock` is whether it answers the phone's own question."""

    def __init__(self, device: Device, *, can_unlock: bool) -> None:
        self._session = device.context.new_cdp_session(device.page)
        self._session.send("WebAuthn.enable")
        self._id = self._add(can_unlock)

    def _add(self, can_unlock: bool) -> str:
        made = self._session.send(
            "WebAuthn.addVirtualAuthenticator", {"options": {**PLATFORM, "hasPrf": can_unlock}}
        )
        return str(made["authenticatorId"])

    def passkeys(self) -> list[dict[str, Any]]:
        """What it holds."""
        found = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return list(found["credentials"])

    def become_another(self) -> None:
        """Another phone's lock, which was given copies of these passkeys and not what they answer."""
        held = self.passkeys()
        self._session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self._id})
        self._id = self._add(True)
        for each in held:
            self._session.send("WebAuthn.addCredential", {"authenticatorId": self._id, "credential": each})
