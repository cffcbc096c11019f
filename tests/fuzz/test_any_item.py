"""Whatever a phone sends as an entry, or as a photo of one, there is an answer to it, and no fault of ours."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from server.services.intake import WHY_HELD
from server.storage.darkroom import Darkroom, NotAPhoto
from tests.answers import concern
from tests.anything import ANYTHING, damaged, nearly
from tests.people import Phone, Provider, Written, b64url, from_b64url

#: Held because a fault of ours came up is what must not happen.
GOOD_REASONS = WHY_HELD.keys() - {"not_kept"}
MOMENTS = st.sampled_from(
    [
        "2026-11-24T09:00:00+00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1000-01-01T00:00:00Z",
    ]
) | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
#: The edges of the calendar, on either side of which a clock that is wrong may fall.
TIMES = st.sampled_from(["1970-01-01T00:00:00+14:00", "9000-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z"])
IDS = st.uuids().map(str)


@pytest.fixture
def times(everything: bool) -> int:
    """How often each is tried."""
    return 1000 if everything else 60


def often(times: int) -> settings:
    return settings(
        max_examples=times,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )


def written(phone: Phone, meadow: Provider) -> Written:
    grace = meadow.people["grace"]
    return phone.write("concern", concern(grace), service=meadow.services["north"], person=grace)


@st.composite
def bodies(draw: st.DrawFn, right: dict[str, Any]) -> bytes:
    """What may be inside of a seal: a body with something wrong, any JSON, or any bytes."""
    body: Any = draw(nearly(right) | ANYTHING)
    if isinstance(body, dict) and body.keys() == right.keys() and draw(st.booleans()):
        body[draw(st.sampled_from(["recorded_at", "observed_at"]))] = draw(TIMES)
    text = json.dumps(body, ensure_ascii=draw(st.booleans()))
    raw = text.encode("utf-8", "surrogatepass")
    return draw(st.just(raw) | st.just(raw) | damaged(raw) | st.binary(max_size=200))


@st.composite
def items(draw: st.DrawFn, right: dict[str, str]) -> dict[str, Any]:
    """An item with something wrong outside of its seal."""
    name = draw(st.sampled_from(sorted(right)))
    if name in ("signature", "ciphertext"):
        return right | {name: b64url(draw(damaged(from_b64url(right[name]))))}
    return right | {name: draw(IDS | st.just(right[name].upper()) | st.sampled_from(sorted(right.values())))}


def test_any_body_that_was_signed_and_sealed_gets_an_outcome(meadow: Provider, times: int) -> None:
    amina = meadow.amina
    right = written(amina, meadow).body

    @often(times)
    @given(raw=bodies(right), sent_at=MOMENTS, has_same_id=st.booleans())
    def send(raw: bytes, sent_at: str, has_same_id: bool) -> None:
        item = amina.item(right["id"] if has_same_id else uuid4(), raw)
        answer = amina.post("/api/sync/send", {"sent_at": sent_at, "unsent": 1, "items": [item]})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        judged(answer.get_json()["outcomes"], [item])

    send()


def test_any_item_is_given_an_outcome_or_called_wrong(meadow: Provider, times: int) -> None:
    amina = meadow.amina
    entry = written(amina, meadow)

    @often(times)
    @given(item=items(entry.item), sent_at=MOMENTS)
    def send(item: dict[str, Any], sent_at: str) -> None:
        answer = amina.post("/api/sync/send", {"sent_at": sent_at, "unsent": 1, "items": [item]})
        assert answer.status_code in (200, 422), answer.get_data(as_text=True)
        if answer.status_code == 200:
            judged(answer.get_json()["outcomes"], [item])

    send()


def test_anything_may_be_handed_in_and_what_nobody_signed_gets_no_outcome(
    app: Flask, meadow: Provider, times: int
) -> None:
    amina = meadow.amina
    entry = written(amina, meadow)

    @often(times)
    @given(
        item=items(entry.item) | bodies(entry.body).map(lambda raw: amina.item(uuid4(), raw)),
        provider=st.just(str(meadow.id)) | IDS,
        sent_at=MOMENTS,
    )
    def hand_in(item: dict[str, Any], provider: str, sent_at: str) -> None:
        app.extensions["knocks"].forget()
        said = {"provider": provider, "sent_at": sent_at, "items": [item]}
        answer = app.test_client().post("/api/sync/hand-in", json=said)
        assert answer.status_code in (200, 422), answer.get_data(as_text=True)
        outcomes = answer.get_json().get("outcomes", [])
        judged(outcomes, [item] if outcomes else [])
        assert not {each["reason"] for each in outcomes} & {"unknown_key", "cannot_open", "bad_signature"}
        assert provider == str(meadow.id) or outcomes == []

    hand_in()


def judged(outcomes: list[dict[str, Any]], sent: list[dict[str, Any]]) -> None:
    """One outcome for each, and none of them for a fault of ours."""
    assert [each["id"] for each in outcomes] == [each["id"].lower() for each in sent]
    for each in outcomes:
        assert each["outcome"] in ("accepted", "repeated", "quarantined")
        assert each["outcome"] != "quarantined" or each["reason"] in GOOD_REASONS, each
        assert each["words"] or each["outcome"] != "quarantined"


@pytest.fixture(scope="module")
def darkroom() -> Iterator[Darkroom]:
    room = Darkroom()
    yield room
    room.close()


def photo() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((40, 30)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


PHOTO = photo()


def test_any_bytes_are_made_anew_or_called_no_photo(darkroom: Darkroom, times: int) -> None:
    @often(times)
    @given(damaged(PHOTO) | st.binary(max_size=300).map(b"\xff\xd8\xff".__add__))
    @example(PHOTO)
    def develop(raw: bytes) -> None:
        try:
            made = darkroom.made_anew(raw)
        except NotAPhoto:
            return
        with Image.open(io.BytesIO(made)) as image:
            image.load()
            assert (image.format, image.mode) == ("JPEG", "RGB")

    develop()


def test_any_photo_and_any_part_of_one_gets_an_answer(meadow: Provider, times: int) -> None:
    amina = meadow.amina
    entry = written(amina, meadow)
    key = amina.welcome["key_id"]
    seals = amina.intake_key["id"]
    sizes = st.text("0123456789-+. e٣", max_size=12) | st.integers(-1, 2**40).map(str)

    @often(times)
    @given(
        raw=damaged(PHOTO) | st.binary(max_size=200),
        sealed=st.none() | st.binary(max_size=300),
        begin=st.none() | st.integers(0, 2**70) | st.just(0),
        size=st.none() | sizes,
        seal=st.just(seals) | IDS | st.text("abc-{}0", max_size=40),
    )
    def send(raw: bytes, sealed: bytes | None, begin: int | None, size: str | None, seal: str) -> None:
        content = amina.sealed_photo(entry, raw) if sealed is None else sealed
        headers = {"Heed-Intake-Key": seal, "Heed-Photo-Size": str(len(content)) if size is None else size}
        headers = {name: text.encode("utf-8").decode("latin-1") for name, text in headers.items()}
        path = f"/api/sync/photo/{key}/{entry.id}/{hashlib.sha256(raw).hexdigest()}"
        path += "" if begin is None else f"/part/{begin}"
        answer = amina.ask("PUT", path, data=content, headers=headers)
        assert answer.status_code in (200, 202, 422), answer.get_data(as_text=True)
        if answer.status_code == 200:
            assert answer.get_json()["outcome"] in ("accepted", "repeated", "quarantined")

    send()
