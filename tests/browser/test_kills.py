"""The battery goes flat at the worst moments of sending. What was called saved is there, on the phone or sent, once.

The moment before these, in the middle of a word, is in test_killed_while_typing.py.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from tests.browser.device import Device
from tests.browser.kills import Kills
from tests.browser.road import SEND
from tests.browser.server import Server
from tests.browser.stopping import STOPPING, stopped_at
from tests.browser.writing import SENT, kept, press_send, write
from tests.people import Provider

MANY = 20


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
    phone.page.get_by_role("heading", name=SENT).wait_for()
    phone.kill()


@contextmanager
def killed_when_the_reply_is_here(phone: Device, server: Server) -> Iterator[None]:
    """The answer has come, and nothing of it is written down."""
    with stopped_at(phone, server, f"after the answer of {SEND}"):
        yield


@contextmanager
def killed_while_marking(phone: Device, server: Server) -> Iterator[None]:
    """It has begun to let go of what it sent, and has not finished."""
    with stopped_at(phone, server, "after delete outbox"):
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


@pytest.mark.parametrize(
    "moment", ["after put outbox", pytest.param("before put outbox", marks=pytest.mark.volume)]
)
def test_a_phone_killed_while_it_saves_still_has_the_words_unfinished(
    meadow: Provider, server: Server, device: Callable[..., Device], app: Flask, moment: str
):
    phone = device("amina")
    phone.start(init_script=STOPPING)
    phone.sign_in("amina@meadow")
    write(phone, moment)
    with stopped_at(phone, server, moment):
        press_send(phone)
    phone.start()
    phone.unlock()
    # It was never called saved, and is where it was: in the draft, whole.
    assert len(phone.stored("draft")) == 1
    assert phone.stored("outbox") == []
    assert kept(app, meadow.id) == []


@pytest.mark.volume
def test_a_phone_killed_twenty_times_at_random_hooks_loses_nothing_and_sends_nothing_twice(
    meadow: Provider, server: Server, device: Callable[..., Device], app: Flask
):
    seed = random.randrange(10**6)
    print(f"The hooks come from seed {seed}")
    phone = device("amina")
    phone.start(init_script=STOPPING)
    phone.sign_in("amina@meadow")
    told = Kills(phone, server, app, meadow.id, random.Random(seed)).run(MANY)
    assert told.kills == MANY
    assert told.all_is_well, told
