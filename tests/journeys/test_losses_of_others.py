"""What other systems lost, each told as somebody of the cast would meet it: docs/losses.md says where it was."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from server.extensions import db, work_for
from server.models import Entry, Quarantine
from tests.answers import concern, visit_note
from tests.people import Provider, Written
from tests.storage.hostile_photos import photo

ROOT = Path(__file__).parents[2]


def note(meadow: Provider, words: str, **more: Any) -> Written:
    grace = meadow.people["grace"]
    said = visit_note(grace, note=words)
    return meadow.amina.write("visit-note", said, service=meadow.services["north"], person=grace, **more)


def kept(app: Flask, provider: UUID) -> list[bytes]:
    """The exact bytes of everything that is kept as an entry, in the order in which it came."""
    with app.app_context():
        work_for(provider)
        return list(db.session.scalars(select(Entry.body).order_by(Entry.seq)))


def apart(app: Flask, provider: UUID) -> list[bytes | None]:
    """The exact bytes of everything that is kept apart for somebody to read."""
    with app.app_context():
        work_for(provider)
        return list(db.session.scalars(select(Quarantine.body)))


def test_words_that_are_put_back_to_what_they_were_are_not_taken_for_a_repeat(meadow: Provider, app: Flask):
    first = note(meadow, "She ate.")
    changed = note(meadow, "She did not eat.", replaces=first.key)
    back = note(meadow, "She ate.", replaces=changed.key)
    again = note(meadow, "She did not eat.", replaces=back.key)
    outcomes = meadow.amina.send(first, changed, back, again)
    assert [each["outcome"] for each in outcomes] == ["accepted"] * 4
    assert kept(app, meadow.id) == [each.raw for each in (first, changed, back, again)]


def test_a_change_that_comes_before_what_it_changes_is_kept_and_finds_it(meadow: Provider, app: Flask):
    first = note(meadow, "She ate.")
    changed = note(meadow, "She did not eat.", replaces=first.key)
    assert [each["outcome"] for each in meadow.amina.send(changed)] == ["accepted"]
    meadow.amina.send(first)
    assert sorted(kept(app, meadow.id)) == sorted([first.raw, changed.raw])
    threads = {item["thread"] for item in meadow.ben.fetch() if item["kind"] == "entry"}
    assert threads == {first.key}


def test_two_who_change_the_same_words_are_both_kept_and_both_shown(meadow: Provider):
    grace, north = meadow.people["grace"], meadow.services["north"]
    first = meadow.amina.write("concern", concern(grace), service=north, person=grace)
    meadow.amina.send(first)
    both = [
        phone.write(
            "concern", concern(grace, what_happened=words), service=north, person=grace, replaces=first.key
        )
        for phone, words in ((meadow.amina, "She fell by the bed."), (meadow.ben, "She fell in the bath."))
    ]
    for phone, changed in zip((meadow.amina, meadow.ben), both, strict=True):
        assert [each["outcome"] for each in phone.send(changed)] == ["accepted"]
    shown = {item["key"]: item["thread"] for item in meadow.carol.fetch() if item["kind"] == "entry"}
    own, of_another = both
    # A concern that somebody else corrects is a concern of its own: nobody writes over another's words.
    assert shown == {first.key: first.key, own.key: first.key, of_another.key: of_another.key}


@pytest.mark.parametrize(
    "changes",
    [
        {"answers": {"mood": "cheerful"}},
        {"answers": {"as_usual": "an_option_of_last_year"}},
        {"version": 99},
    ],
    ids=["a question that is gone", "an option that is gone", "a version that is not known"],
)
def test_an_answer_that_the_form_of_today_does_not_know_is_kept_to_the_last_letter(
    meadow: Provider, app: Flask, changes: dict[str, Any]
):
    grace = meadow.people["grace"]
    said = visit_note(grace) | changes.get("answers", {})
    version = {"version": changes["version"]} if "version" in changes else {}
    written = meadow.amina.write(
        "visit-note", said, service=meadow.services["north"], person=grace, app_version="0.1.0", **version
    )
    after = note(meadow, "She ate.")
    outcomes = meadow.amina.send(written, after)
    assert [each["outcome"] for each in outcomes] == ["quarantined", "accepted"]
    assert outcomes[0]["words"].endswith("A manager will read what you wrote.")
    assert apart(app, meadow.id) == [written.raw]


def test_a_photo_that_is_refused_takes_neither_the_words_nor_the_other_photos_with_it(
    meadow: Provider, app: Flask
):
    good, bad = photo(), b"no photo at all"
    written = note(meadow, "Her arm is blue.", photos=[bad, good])
    assert meadow.amina.send(written)[0]["outcome"] == "accepted"
    outcomes = [meadow.amina.send_photo(written, each).get_json()["outcome"] for each in (bad, good)]
    assert outcomes == ["quarantined", "accepted"]
    assert kept(app, meadow.id) == [written.raw]
    assert meadow.amina.send(written)[0]["outcome"] == "repeated"


@pytest.mark.parametrize(
    "named", sorted(re.findall(r"`([^`]+::[^`]+)`", (ROOT / "docs/losses.md").read_text()))
)
def test_every_test_that_the_page_of_losses_names_is_there(named: str):
    path, _, name = named.partition("::")
    text = (ROOT / path).read_text()
    assert f"def {name}(" in text or f'test("{name}"' in text, f"there is no test {named}"
