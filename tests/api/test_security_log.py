"""What happens at the doors is written down, without a word of what anybody wrote."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from server.instance.log import OneLine
from tests.answers import concern
from tests.people import PASSWORD, Provider


class Heard:
    """What the log said, one record a line."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def events(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line.get("event") == event]


@pytest.fixture
def heard() -> Iterator[Heard]:
    log = logging.getLogger("heed")
    hearing = Heard()
    handler = logging.StreamHandler(hearing.stream)
    handler.setFormatter(OneLine())
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    yield hearing
    log.removeHandler(handler)
    log.setLevel(before)


def test_whoever_signs_in_is_named_by_ids_with_when_and_where_from(meadow: Provider, heard: Heard) -> None:
    meadow.amina.sign_in()
    [line] = heard.events("sign_in")
    assert line["worker"] == str(meadow.workers["amina"])
    assert line["provider"] == str(meadow.id)
    assert line["address"] == "127.0.0.1"
    assert line["at"].endswith("+00:00")
    assert PASSWORD not in heard.text
    assert "amina" not in heard.text


def test_a_wrong_password_and_a_refused_act_are_written_down(meadow: Provider, heard: Heard) -> None:
    assert meadow.amina.sign_in(password="not it at all").status_code == 401
    assert [line["route"] for line in heard.events("refused_unknown")] == ["session.sign_in"]
    asked = {"service": str(meadow.services["north"]), "role": "worker"}
    assert meadow.amina.post("/api/join-codes", asked).status_code == 403
    [line] = heard.events("refused")
    assert (line["route"], line["worker"]) == ("join.make_join_code", str(meadow.workers["amina"]))


def test_somebody_who_is_slowed_down_is_written_down(meadow: Provider, heard: Heard) -> None:
    for _ in range(7):
        meadow.amina.sign_in(password="not it at all")
    assert heard.events("slowed_down")


def test_nothing_that_a_person_wrote_reaches_the_log(meadow: Provider, heard: Heard) -> None:
    grace, north = meadow.people["grace"], meadow.services["north"]
    written = meadow.amina.write(
        "concern", concern(grace, what_happened="A heron stood on the table all morning."), service=north
    )
    meadow.amina.send(written)
    meadow.ben.fetch()
    meadow.amina.sign_in(password="heron heron heron")
    assert "heron" not in heard.text
    assert str(written.id) not in heard.text


def test_a_record_is_one_line_whatever_is_in_it(heard: Heard) -> None:
    words = 'first\n{"level": "info", "message": "made up"}\u2028\x1b[2J'
    logging.getLogger("heed.test").warning(words, extra={"event": words, "password": "not a field"})
    [line] = heard.lines
    assert line["message"] == line["event"] == words
    assert "not a field" not in heard.text


def test_a_fault_is_noted_by_its_kind_and_place_and_not_by_what_it_says(heard: Heard) -> None:
    try:
        raise ValueError("Grace said that")
    except ValueError:
        logging.getLogger("heed.test").exception("A round failed")
    [line] = heard.lines
    assert line["fault"] == "ValueError"
    assert "test_security_log.py" in line["where"][0]
    assert "Grace" not in heard.text
