"""The battery goes flat at the worst moments of sending. What was called saved is there, on the phone or sent, once.

The moment before these, in the middle of a word, is in test_killed_while_typing.py.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from flask import Flask

from server.extensions import db, work_for
from server.models import Entry
from tests.browser.conftest import Server
from tests.browser.device import Device
from tests.browser.road import SEND
from tests.people import Provider

MANY = 20
DIES = "/dies"
#: The page stops for ever at the moment that a test names, by asking for what is never answered.
STOPPING = """
(() => {
    const stopsAt = (moment) => {
        if (window.stopsAt !== moment) return
        const asked = new XMLHttpRequest()
        asked.open("GET", "/dies", false)
        asked.send()
    }
    for (const way of ["put", "add"]) {
        const write = IDBObjectStore.prototype[way]
        IDBObjectStore.prototype[way] = function (...parts) {
            if (this.name === "outbox") stopsAt("before put")
            const asked = write.apply(this, parts)
            if (this.name === "outbox") stopsAt("after put")
            return asked
        }
    }
    const remove = IDBObjectStore.prototype.delete
    IDBObjectStore.prototype.delete = function (...parts) {
        const asked = remove.apply(this, parts)
        if (this.name === "outbox") stopsAt("while marking")
        return asked
    }
    const ask = window.fetch
    window.fetch = async (...parts) => {
        const answer = await ask(...parts)
        if (String(parts[0].url ?? parts[0]).endsWith("/api/sync/send")) stopsAt("after reply")
        return answer
    }
})()
"""
LONGEST_MS = 1_500


def write(phone: Device, words: str) -> None:
    """Fill in a concern in a hurry; all that is left to do is to press Send now."""
    phone.go("new/concern")
    phone.choose("Yes")
    phone.next()
    phone.choose("Grace Adeyemi")
    phone.next()
    phone.page.get_by_role("textbox").fill(words)


def press_send(phone: Device) -> None:
    phone.page.get_by_role("button", name="Send now").click()


def kept(app: Flask, provider: UUID) -> list[str]:
    """What the server has, as it was written: once for each time that it has it."""
    with app.app_context():
        work_for(provider)
        rows = db.session.scalars(db.select(Entry.answers).order_by(Entry.seq))
        return [str(answers["what_happened"]) for answers in rows]


@contextmanager
def killed_after_saving(phone: Device, server: Server) -> Iterator[None]:
    """There is no signal, and the phone has just said that it is saved."""
    server.switch_off()
    yield
    phone.sees("Saved on this phone. Not sent yet.")
    phone.kill()
    server.switch_on()


@contextmanager
def killed_while_sending(phone: Device, server: Server) -> Iterator[None]:
    """It is on its way, and has not arrived."""
    with server.road.hanging(SEND):
        yield
        assert server.road.reached.wait(20)
        phone.kill()


@contextmanager
def killed_before_the_reply(phone: Device, server: Server) -> Iterator[None]:
    """The server has it, and the phone does not know."""
    with server.road.losing_replies(SEND):
        yield
        assert server.road.reached.wait(20)
        phone.kill()


@contextmanager
def killed_after_the_reply(phone: Device, server: Server) -> Iterator[None]:
    """The phone has just said that it is sent."""
    yield
    phone.page.get_by_role("heading", name="Sent").wait_for()
    phone.kill()


@contextmanager
def stopped_at(phone: Device, server: Server, moment: str) -> Iterator[None]:
    """It gets exactly as far as this, and then its battery is flat."""
    phone.page.evaluate("moment => { window.stopsAt = moment }", moment)
    with server.road.hanging(DIES):
        yield
        assert server.road.reached.wait(20)
        phone.kill()


@contextmanager
def killed_when_the_reply_is_here(phone: Device, server: Server) -> Iterator[None]:
    """The answer has come, and nothing of it is written down."""
    with stopped_at(phone, server, "after reply"):
        yield


@contextmanager
def killed_while_marking(phone: Device, server: Server) -> Iterator[None]:
    """It has begun to let go of what it sent, and has not finished."""
    with stopped_at(phone, server, "while marking"):
        yield


MOMENTS = (
    killed_after_saving,
    killed_while_sending,
    killed_before_the_reply,
    killed_when_the_reply_is_here,
    killed_while_marking,
    killed_after_the_reply,
)


def test_a_phone_killed_at_any_moment_of_sending_sends_what_it_called_saved_once(
    meadow: Provider, server: Server, device: Callable[..., Device], app: Flask
):
    phone = device("amina")
    phone.start(init_script=STOPPING)
    phone.sign_in("amina@meadow")
    for moment in MOMENTS:
        write(phone, moment.__name__)
        with moment(phone, server):
            press_send(phone)
        # Switched on again, it sends before anybody has unlocked it.
        phone.start(init_script=STOPPING)
        phone.waits_until_empty("outbox")
        phone.unlock()

    assert kept(app, meadow.id) == [moment.__name__ for moment in MOMENTS]
    places = {row["place"] for row in phone.stored("entry")}
    assert places == {"sent"}
    assert phone.stored("draft") == []


@pytest.mark.parametrize("moment", ["after put", pytest.param("before put", marks=pytest.mark.volume)])
def test_a_phone_killed_while_it_saves_still_has_the_words_unfinished(
    meadow: Provider, server: Server, device: Callable[..., Device], app: Flask, moment: str
):
    phone = device("amina")
    phone.start(init_script=STOPPING)
    phone.sign_in("amina@meadow")
    write(phone, moment)
    with stopped_at(phone, server, moment):
        # The page never comes back from this press, so nobody waits for it to.
        phone.page.get_by_role("button", name="Send now").evaluate(
            "button => { setTimeout(() => button.click()) }"
        )
    phone.start()
    phone.unlock()
    # It was never called saved, and is where it was: in the draft, whole.
    assert len(phone.stored("draft")) == 1
    assert phone.stored("outbox") == []
    assert kept(app, meadow.id) == []


@pytest.mark.volume
def test_a_phone_killed_twenty_times_at_random_loses_nothing_and_sends_nothing_twice(
    meadow: Provider, server: Server, device: Callable[..., Device], app: Flask
):
    seed = random.randrange(10**6)
    print(f"The moments come from seed {seed}")
    chance = random.Random(seed)
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    called_saved = set()
    for round_ in range(MANY):
        words = f"{round_} {chance.choice(MOMENTS).__name__}"
        write(phone, words)
        press_send(phone)
        phone.page.wait_for_timeout(chance.randrange(LONGEST_MS))
        screen = phone.page.inner_text("main")
        phone.kill()
        if "Saved on this phone" in screen or "Sent" in screen:
            called_saved.add(words)
        phone.start()
        phone.unlock()
    phone.waits_until_empty("outbox")
    found = kept(app, meadow.id)
    assert len(found) == len(set(found))
    assert called_saved <= set(found)
    assert len(called_saved) > MANY // 4
