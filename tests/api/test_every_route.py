"""Every route is closed unless it is listed here, and a closed one that takes an id asks what may be done with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from server.api.access import is_open
from tests.answers import concern
from tests.people import Phone, Provider

#: The routes that are open to whoever asks, and why each must be.
OPEN = {
    "api-docs.openapi_json": "says how to ask, and holds nothing of anybody",
    "app": "the app itself, which somebody needs before they can sign in",
    "form.list_forms": "the forms say nothing of anybody",
    "form.show_form": "the forms say nothing of anybody",
    "front": "the app itself, which somebody needs before they can sign in",
    "hand_in.hand_in_batch": "a phone whose session ended still holds what was written; the signature is asked for",
    "hand_in.hand_in_part": "it holds photos, too; the hash in an entry that was signed is asked for",
    "hand_in.judge_receipts": "what was handed in may be lost with a server; a receipt that we gave is asked for",
    "hand_in.show_handed_in": "where to go on with a photo after a cut; the same is asked for",
    "health.show_health": "whoever watches over the machine has no account",
    "join.join": "somebody new has no account; the code is what they are asked for",
    "join.look": "somebody new has no account; the code is what they are asked for",
    "session.ask_for_passkey": "nobody says yet who they are; it answers chance alone",
    "session.refresh": "an access token has run out; the cookie is what they are asked for",
    "session.set_password_anew": "somebody forgot their password; the code is what they are asked for",
    "session.sign_in": "how somebody shows who they are",
    "session.sign_in_by_passkey": "how somebody shows who they are",
    "session.sign_out": "a session that ended must still let its cookie go; the cookie is what they are asked for",
    "set_up.needed": "an empty Heed has nobody yet",
    "set_up.set_up": "an empty Heed has nobody yet; the set-up code is what they are asked for",
}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
BODIES: tuple[dict[str, Any], ...] = (
    {},
    {"json": {}},
    {"json": []},
    {"json": {"service": str(uuid4()), "role": "worker", "items": []}},
    {"data": b"\xff\x00{", "content_type": "application/json"},
    {"data": b"a=b", "content_type": "application/x-www-form-urlencoded"},
)


def rules(app: Flask) -> Iterator[Rule]:
    yield from sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def closed(app: Flask) -> Iterator[Rule]:
    yield from (rule for rule in rules(app) if rule.endpoint not in OPEN)


def path_of(rule: Rule) -> str:
    return re.sub(r"<uuid:\w+>", lambda _: str(uuid4()), re.sub(r"<(string:|int:)?\w+>", "1", rule.rule))


def test_just_the_routes_that_are_listed_are_open(app: Flask):
    opened = {
        rule.endpoint for rule in rules(app) if is_open(rule.endpoint, app.view_functions[rule.endpoint])
    }
    assert opened == set(OPEN)


def test_every_other_route_answers_nobody_whatever_the_method_and_body(app: Flask, client: FlaskClient):
    refused = 0
    for rule in closed(app):
        for method in METHODS:
            for body in BODIES:
                answer = client.open(path_of(rule), method=method, **body)
                expected = 401 if method in (rule.methods or ()) else 405
                siblings = {m for r in closed(app) if r.rule == rule.rule for m in r.methods or ()}
                expected = 401 if method in siblings else expected
                assert answer.status_code == expected, f"nobody was let in: {method} {rule.rule} with {body}"
                refused += expected == 401
    assert refused >= 150


@dataclass(frozen=True)
class Asked:
    """A way to ask a closed route for something by its id: who may, who may not, and how it is asked."""

    ask: Callable[[Phone, UUID], TestResponse]
    #: Somebody of this service whose role allows it, and one whose role does not; None where any role does
    allowed: str
    refused: str | None


def _on_call(phone: Phone, service: UUID) -> TestResponse:
    return phone.put(f"/api/services/{service}/on-call", [])


def _shifts(phone: Phone, service: UUID) -> TestResponse:
    return phone.put(f"/api/services/{service}/shifts", [])


def _person(phone: Phone, service: UUID) -> TestResponse:
    return phone.post("/api/people", {"name": "Nell Ray", "known_as": "Nell", "service": str(service)})


def _code(phone: Phone, service: UUID) -> TestResponse:
    return phone.post("/api/join-codes", {"service": str(service), "role": "worker"})


#: Every closed route that takes the id of a service, in its address or in what is sent.
BY_SERVICE = {
    "device.show_devices": Asked(
        lambda phone, service: phone.get(f"/api/services/{service}/devices"), "carol", "amina"
    ),
    "join.make_join_code": Asked(_code, "carol", "ben"),
    "people.add": Asked(_person, "carol", "amina"),
    "roster.replace_council_number": Asked(
        lambda phone, service: phone.put(
            f"/api/services/{service}/council-number", {"number": "01632 960 444"}
        ),
        "hana",
        "amina",
    ),
    "roster.replace_on_call": Asked(_on_call, "hana", "amina"),
    "roster.replace_shifts": Asked(_shifts, "hana", "amina"),
    "roster.show_on_call": Asked(
        lambda phone, service: phone.get(f"/api/services/{service}/on-call"), "jo", None
    ),
    "roster.show_shifts": Asked(
        lambda phone, service: phone.get(f"/api/services/{service}/shifts"), "jo", None
    ),
}
#: Closed routes that take another id, and where it is seen that they ask what may be done with it.
BY_OTHER_ID = {
    **dict.fromkeys(
        (f"workers.{act}" for act in ("show", "give_role", "end_role", "revoke_device", "let_leave")),
        "a worker: tests/api/test_workers.py",
    ),
    "workers.make_password_code": "a worker: tests/api/test_password.py",
    "me.sign_out_device": "a device: tests/api/test_password.py",
    "me.remove_passkey": "a passkey: tests/api/test_passkey.py",
    "photo.send_part": "a signing key and an entry: tests/api/test_photo_part.py",
    "photo.show_arrived": "a signing key and an entry: tests/api/test_photo_part.py",
    "photo.send_photo": "a signing key and an entry: below, and tests/api/test_sync.py",
    "photo.show_photo": "an entry: below, and the matrix of tests/api/test_permission_matrix.py",
}
#: Closed routes that take no id of anything that is kept: they speak of whoever asks and nobody else.
ABOUT_WHO_ASKS = {
    "device.last_word": "the device of whoever asks",
    "device.report": "the device of whoever asks",
    "sync.fetch_first": "what the roles of whoever asks let them read: tests/api/test_first_look.py",
    "home.show_home": "what the roles of whoever asks let them have at hand",
    "me.add_passkey": "the passkeys of whoever asks",
    "me.ask_for_new_passkey": "the passkeys of whoever asks",
    "me.begin_code_app": "the code app of whoever asks",
    "me.confirm_code_app": "the code app of whoever asks",
    "me.remove_code_app": "the code app of whoever asks",
    "me.change_password": "the password of whoever asks",
    "me.show_devices": "the devices of whoever asks",
    "me.show": "how whoever asks signs in",
    "push_subscription.subscribe": "the device of whoever asks",
    "push_subscription.unsubscribe": "the device of whoever asks",
    "session.prove_again": "the session of whoever asks",
    "sync.fetch_page": "what whoever asks may read: the matrix",
    "sync.judge_receipts": "receipts that only their provider can have given, and that say nothing of anybody",
    "sync.send": "sealed and signed entries, each judged by its writer's key: the matrix",
}


def test_every_closed_route_says_here_which_ids_it_takes(app: Flask):
    said = [*BY_SERVICE, *BY_OTHER_ID, *ABOUT_WHO_ASKS]
    assert sorted(said) == sorted({rule.endpoint for rule in closed(app)})
    with_id = {rule.endpoint for rule in closed(app) if rule.arguments}
    assert with_id <= {*BY_SERVICE, *BY_OTHER_ID}


@pytest.mark.parametrize("endpoint", sorted(BY_SERVICE))
def test_a_service_of_another_provider_is_answered_like_one_that_does_not_exist(
    meadow: Provider, riverside: Provider, endpoint: str
):
    asked = BY_SERVICE[endpoint]
    for phone in (riverside.rita, riverside.dev):
        foreign = asked.ask(phone, meadow.services["north"])
        invented = asked.ask(phone, uuid4())
        assert foreign.status_code == invented.status_code == 404
        assert foreign.get_data() == invented.get_data()


@pytest.mark.parametrize("endpoint", sorted(BY_SERVICE))
def test_only_a_role_in_that_service_opens_a_route(meadow: Provider, endpoint: str):
    asked, north = BY_SERVICE[endpoint], meadow.services["north"]
    assert asked.ask(meadow.phone(asked.allowed), north).status_code in (200, 201)
    if asked.refused is None:
        return
    refused = asked.ask(meadow.phone(asked.refused), north)
    assert refused.status_code == 403
    assert str(north) not in refused.get_data(as_text=True)


def test_a_photo_that_one_may_not_see_is_answered_like_one_that_does_not_exist(
    meadow: Provider, riverside: Provider
):
    said = concern(meadow.people["grace"], who_caused="our_staff", who_name="Ben")
    picture = b"any bytes, since nobody gets that far"
    written = meadow.amina.write("concern", said, service=meadow.services["north"], photos=[picture])
    meadow.amina.send(written)
    (name,) = [photo["hash"] for photo in written.body["photos"]]
    device, entry = written.key.split(".")
    for phone in (meadow.ben, meadow.hana, meadow.carol, riverside.rita):
        there = phone.get(f"/api/photo/{device}/{entry}/{name}")
        nowhere = phone.get(f"/api/photo/{device}/{uuid4()}/{name}")
        assert (there.status_code, there.get_data()) == (404, nowhere.get_data())
        assert json.loads(there.get_data())["message"] == "There is no such photo here."


def test_a_photo_under_somebody_elses_key_says_nothing_of_that_key(meadow: Provider, riverside: Provider):
    """Whatever a stranger sends under a key of another provider or under none at all, they are told the same."""
    riverside_key = riverside.dev.welcome["key_id"]
    answers = []
    for key in (riverside_key, str(uuid4())):
        path = f"/api/sync/photo/{key}/{uuid4()}/{'0' * 64}"
        sealed_to = {"Heed-Intake-Key": meadow.amina.intake_key["id"]}
        answers.append(meadow.amina.ask("PUT", path, data=b"sealed to nobody", headers=sealed_to).get_json())
    # A receipt is sealed under chance of its own, and as long as any other.
    receipts = [answer.pop("receipt") for answer in answers]
    assert len(receipts[0]) == len(receipts[1])
    assert answers[0] == answers[1]
