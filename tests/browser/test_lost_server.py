"""The server is lost, and comes back from a backup of before: the phone sends again by itself what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests import people
from tests.backup.house import House
from tests.browser.conftest import Server
from tests.browser.device import Device
from tests.browser.road import Road
from tests.browser.test_kills import press_send, write

_WRITTEN = (
    "SELECT answers ->> 'what_happened', id, device_id, author_id, observed_at, recorded_at, body FROM entry"
)


class LosableServer(Server):
    """Heed on an instance of its own, which can be lost and brought back."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._serving = ExitStack()
        app = self._serving.enter_context(house.serving())
        super().__init__(app)
        self.meadow = people.meadow(app)

    def begin_anew(self, backup: Path) -> None:
        """Everything since the backup is lost, and the backup is brought back."""
        self.switch_off()
        self._serving.close()
        self.house.run("restore", str(backup))
        self.road = Road(self._serving.enter_context(self.house.serving()))
        self.switch_on()

    def end(self) -> None:
        self.switch_off()
        self._serving.close()

    def written(self) -> dict[str, tuple[Any, ...]]:
        """Everything that the server has, by its words: whose it is, which, and when it was written."""
        with psycopg.connect(self.house.database_url.replace("+psycopg", "", 1)) as connection:
            rows = connection.execute(_WRITTEN).fetchall()
        found = {words: tuple(rest) for words, *rest in rows}
        assert len(found) == len(rows), "something came twice"
        return found


@pytest.fixture
def server(fresh_database: str, tmp_path: Path) -> Iterator[LosableServer]:
    served = LosableServer(House(tmp_path / "var", fresh_database))
    served.switch_on()
    yield served
    served.end()


def write_and_send(phone: Device, words: str) -> None:
    write(phone, words)
    press_send(phone)
    phone.sees("Not seen yet")
    phone.waits_until_empty("outbox")


def test_all_that_was_sent_is_there_after_the_server_was_lost(
    server: LosableServer, device: Any, tmp_path: Path
):
    backup = tmp_path / "backup"
    phone = device("amina")
    phone.start()
    phone.sign_in("amina@meadow")
    for words in ("one", "two"):
        write_and_send(phone, words)
    server.house.run("backup", str(backup))
    for words in ("three", "four", "five"):
        write_and_send(phone, words)
    phone.go("outbox")
    phone.sees("kept twice for now")
    before = server.written()
    assert set(before) == {"one", "two", "three", "four", "five"}
    assert {row[2] for row in before.values()} == {server.meadow.workers["amina"]}

    phone.close()
    server.begin_anew(backup)
    assert set(server.written()) == {"one", "two"}

    phone.start()
    phone.unlock()
    for _ in range(150):
        if server.written() == before:
            break
        phone.page.wait_for_timeout(100)
    assert server.written() == before
    assert len(phone.stored("copy")) == 5

    server.house.run("backup", str(tmp_path / "another"))
    phone.close()
    phone.start()
    phone.unlock()
    phone.waits_until_empty("copy")
    assert server.written() == before
