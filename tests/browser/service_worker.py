"""The service worker of a device, woken as the browser itself would wake it."""

from __future__ import annotations

from typing import Any

from tests.browser.device import Device

PATIENCE_MS = 10_000


class ServiceWorker:
    """Wakes the service worker of a device by the browser's own means."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._session = device.context.new_cdp_session(device.page)
        self._registrations: dict[str, str] = {}
        self._session.on("ServiceWorker.workerRegistrationUpdated", self._note)
        self._session.send("ServiceWorker.enable")
        for _ in range(PATIENCE_MS // 50):
            if self._scope in self._registrations:
                return
            device.page.wait_for_timeout(50)
        raise AssertionError("No service worker has been registered.")

    def sync(self) -> None:
        """Signal is back, and somebody asked to be woken then."""
        self._send("dispatchSyncEvent", tag="send", lastChance=False)

    def push(self, said: str) -> None:
        """A push has come from the push service, decrypted."""
        self._send("deliverPushMessage", data=said)

    @property
    def _scope(self) -> str:
        return f"{self._device.address}/"

    def _note(self, event: dict[str, list[dict[str, str]]]) -> None:
        self._registrations.update(
            {each["scopeURL"]: each["registrationId"] for each in event["registrations"]}
        )

    def _send(self, event: str, **rest: Any) -> None:
        registration = self._registrations[self._scope]
        self._session.send(
            f"ServiceWorker.{event}",
            {"origin": self._device.address, "registrationId": registration, **rest},
        )
