"""A real Chromium as somebody's phone or tablet, that can lose signal, be killed and start again."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Playwright
from playwright.sync_api import TimeoutError as TooLong

from tests.people import PASSWORD

PHONE = {"width": 360, "height": 740}
TABLET = {"width": 1024, "height": 768}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 15_000


class Device:
    """One browser profile of one worker. Everything on it outlives the browser, as on a phone."""

    def __init__(
        self, playwright: Playwright, chromium: str, profile: Path, address: str, size: dict[str, int]
    ) -> None:
        self._playwright, self._chromium, self._profile = playwright, chromium, profile
        self.address, self.size = address, size
        self.context: BrowserContext
        self.page: Page
        self.faults: list[str] = []

    def start(self, *, signal_there: bool = True, init_script: str = "") -> None:
        """Start the browser, as after switching the phone on."""
        self.context = self._playwright.chromium.launch_persistent_context(
            str(self._profile), executable_path=self._chromium, args=QUIET, viewport=self.size, locale="en-GB"
        )
        self.context.set_default_timeout(PATIENCE)
        if init_script:
            self.context.add_init_script(init_script)
        self.context.set_offline(not signal_there)
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.goto(self.address)

    def kill(self) -> None:
        """End the browser as a flat battery does: nothing gets to tidy up."""
        self.run_flat()
        self.close()
        for lock in self._profile.glob("Singleton*"):
            lock.unlink(missing_ok=True)

    def run_flat(self) -> None:
        """The same, from beside: whoever is using the browser finds it gone, and still has to `kill` it."""
        processes = subprocess.run(
            ["pgrep", "-f", f"--user-data-dir={self._profile}"], capture_output=True, text=True, check=False
        )
        for pid in processes.stdout.split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)

    def close(self) -> None:
        """Close the browser properly, whatever state it is in."""
        with contextlib.suppress(Error):
            self.context.close()

    def restart(self, *, signal_there: bool) -> None:
        """Close and start again, and unlock."""
        self.close()
        self.start(signal_there=signal_there)
        self.unlock()

    def sign_in(self, sign_in_name: str, passphrase: str = PASSWORD) -> None:
        """Sign in for the first time on this device."""
        self.go("sign-in")
        self.page.get_by_label("Sign-in name").fill(sign_in_name)
        self.page.get_by_label("Passphrase", exact=True).fill(passphrase)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("heading", name="Hello").wait_for()
        # Only then does the app open without signal; where no service worker can be, nobody waits for it.
        self.page.evaluate(
            "Promise.race([navigator.serviceWorker?.ready, new Promise(go => setTimeout(go, 5000))]).then(() => 1)"
        )

    def unlock(self) -> None:
        """Unlock with the passphrase, with or without signal."""
        self.page.get_by_label("Passphrase", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Open").click()
        self.page.get_by_role("heading", name="Hello").wait_for()

    def go(self, screen: str) -> None:
        """Go to a screen of the app."""
        self.page.goto(f"{self.address}/#/{screen}")

    def choose(self, label: str) -> None:
        """Tap an answer."""
        self.page.locator("label").filter(has_text=re.compile(rf"^{re.escape(label)}")).first.click()

    def next(self) -> None:
        """Go to the next question."""
        self.page.get_by_role("button", name="Next").click()

    def sees(self, words: str, timeout: int = PATIENCE) -> None:
        """Wait until these words are on the screen."""
        try:
            self.page.get_by_text(words).first.wait_for(timeout=timeout)
        except TooLong as error:
            raise AssertionError(f"{words!r} is not in: {self.page.inner_text('body')}") from error

    def hears_signal(self) -> None:
        """The browser says that there is signal, at which the app syncs at once and not only in a while."""
        self.page.evaluate("dispatchEvent(new Event('online'))")

    def waits_until_empty(self, store: str) -> None:
        """Wait until nothing lies in one store of this device's database."""
        for _ in range(PATIENCE // 100):
            if not self.stored(store):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"Still in {store}: {self.stored(store)}")

    def stored(self, store: str) -> list[dict[str, Any]]:
        """What lies in one store of this device's database."""
        rows: list[dict[str, Any]] = self.page.evaluate(
            """store => new Promise((resolve, reject) => {
                const opening = indexedDB.open("heed")
                opening.onerror = () => reject(opening.error)
                opening.onsuccess = () => {
                    const asked = opening.result.transaction(store).objectStore(store).getAll()
                    asked.onsuccess = () => {
                        resolve(asked.result.map(row => ({...row, box: undefined})))
                        opening.result.close()
                    }
                }
            })""",
            store,
        )
        return rows
