"""Stopping a phone at a hook: before and after each write, each commit, and each thing it asks of the server.

The page stops for ever at the moment that was named, by asking for what is never answered. Nothing that it had begun
is finished, and then its battery is flat.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs

from playwright.sync_api import Error

from tests.browser.device import Device
from tests.browser.server import Server

DIES = "/dies"
LONGEST_SECONDS = 20
#: `passed` counts the moments that went by. `written` is what the last draft says whose commit is done, and `before`
#: what the one before that says: a draft is sometimes found one write older than the commit that was called done.
STOPPING = """
(() => {
    const passed = {}
    let stop = null, sealing = "", putting = "", written = "", before = ""
    window.passed = passed
    window.stopAt = (moment, times) => {
        stop = { moment, times }
        // What was written until now belongs to another entry.
        putting = written = before = ""
    }
    const at = (moment) => {
        passed[moment] = (passed[moment] ?? 0) + 1
        if (stop?.moment !== moment || --stop.times > 0) return
        stop = null
        const said = new URLSearchParams({ moment, written, before, screen: location.hash })
        const asked = new XMLHttpRequest()
        asked.open("GET", `/dies?${said}`, false)
        asked.send()
    }
    const around = (way) => {
        const write = IDBObjectStore.prototype[way]
        IDBObjectStore.prototype[way] = function (...parts) {
            const moment = `${way} ${this.name}`
            at(`before ${moment}`)
            const asked = write.apply(this, parts)
            if (this.name === "draft" && way === "put") putting = sealing
            const commit = this.transaction
            commit.wrote ??= new Set()
            if (!commit.wrote.size) {
                commit.addEventListener("complete", () => {
                    if (commit.wrote.has("put draft")) [before, written] = [written, putting]
                    for (const each of commit.wrote) at(`after commit of ${each}`)
                })
            }
            commit.wrote.add(moment)
            at(`after ${moment}`)
            return asked
        }
    }
    for (const way of ["put", "add", "delete", "clear"]) around(way)
    const { encrypt } = SubtleCrypto.prototype
    SubtleCrypto.prototype.encrypt = function (how, key, content) {
        if (new TextDecoder().decode(how.additionalData ?? new Uint8Array()).includes("|draft|")) {
            sealing = JSON.parse(new TextDecoder().decode(content)).answers.what_happened ?? ""
        }
        return encrypt.call(this, how, key, content)
    }
    const ask = window.fetch
    window.fetch = async (...parts) => {
        const path = new URL(parts[0].url ?? parts[0], location.href).pathname
        at(`before asking ${path}`)
        const answer = await ask(...parts)
        at(`after the answer of ${path}`)
        return answer
    }
})()
"""


@dataclass(frozen=True)
class Stop:
    """Where a phone stopped: the moment, what its last two written drafts said, and the screen."""

    moment: str
    written: str
    before: str
    screen: str


@contextmanager
def stopped_at(phone: Device, server: Server, moment: str) -> Iterator[None]:
    """It gets exactly as far as this, and then its battery is flat."""
    with stopped_if_it_comes_to(phone, server, moment, 1):
        yield
        assert server.road.reached.wait(LONGEST_SECONDS), f"It never came to {moment}"


@contextmanager
def stopped_if_it_comes_to(phone: Device, server: Server, moment: str, times: int) -> Iterator[list[Stop]]:
    """It gets no further than to this moment for so many times, and then its battery is flat.

    What is done with the phone meanwhile ends with it. Afterwards the list holds where it stopped; it is empty, and
    the phone as well as ever, when it never came to that.
    """
    stops: list[Stop] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            if server.road.reached.is_set():
                phone.run_flat()
                return

    with server.road.hanging(DIES):
        phone.page.evaluate("([moment, times]) => window.stopAt(moment, times)", [moment, times])
        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield stops
        except Error:
            if not server.road.reached.is_set():
                raise
        finally:
            over.set()
            watcher.join()
        if server.road.reached.is_set():
            said = parse_qs(server.road.asked, keep_blank_values=True)
            stops.append(Stop(said["moment"][0], said["written"][0], said["before"][0], said["screen"][0]))
            phone.kill()
