"""An id of another provider's is answered, to the letter, as an id that nobody has: by every route that takes one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule, UUIDConverter

from tests.answers import concern
from tests.people import Provider

SLOT = {"from": "2099-11-24T09:00:00+00:00", "until": "2099-11-24T17:00:00+00:00"}
#: Not a refusal, and it tells as little: what came is kept, and nobody says why.
KEPT_ASIDE = 200
#: What a route with an id in its address may be sent; each is tried with each.
SAID: tuple[Any, ...] = (None, {}, [])


@pytest.fixture
def foreign(meadow: Provider) -> dict[str, list[str]]:
    """Ids of everything that Meadow has, by kind."""
    north, grace = meadow.services["north"], meadow.people["grace"]
    photo = b"\xff\xd8 no photo"
    entry = meadow.amina.write("concern", concern(grace), service=north, person=grace, photos=[photo])
    meadow.amina.send(entry)
    ids = {
        "services": list(meadow.services.values()),
        "people": list(meadow.people.values()),
        "workers": list(meadow.workers.values()),
        "devices": [meadow.amina.welcome["device"]["id"]],
        "keys": [meadow.amina.welcome["key_id"], meadow.amina.intake_key["id"]],
        "entries": [entry.id],
        "providers": [meadow.id],
    }
    return {kind: [str(id_) for id_ in found] for kind, found in ids.items()}


def test_every_route_answers_a_foreign_id_as_one_that_nobody_has(
    app: Flask, foreign: dict[str, list[str]], riverside: Provider
):
    asked = 0
    for rule, method in routes_with_ids(app):
        for name in ids_in(rule):
            for said in SAID if method in ("POST", "PUT", "PATCH") else SAID[:1]:
                nobodys = answer(riverside, rule, method, {name: str(uuid4())}, said)
                assert nobodys[0] in (KEPT_ASIDE, 403, 404, 415, 422), (
                    f"{method} {rule.rule} answers {nobodys}"
                )
                for kind, (id_, *_) in foreign.items():
                    theirs = answer(riverside, rule, method, {name: id_}, said)
                    assert theirs == nobodys, f"{method} {rule.rule} tells one of the {kind} from nobody's"
                    asked += 1
    assert asked > 50


@pytest.mark.parametrize(
    ("method", "path", "said", "kind"),
    [
        ("POST", "/api/people", {"name": "Nell", "known_as": "Nell", "service": "?"}, "services"),
        ("POST", "/api/join-codes", {"service": "?", "role": "worker"}, "services"),
        (
            "PUT",
            "/api/services/{quay}/on-call",
            [SLOT | {"rank": 1, "worker": "?", "number": "01632 960 011"}],
            "workers",
        ),
        ("PUT", "/api/services/{quay}/shifts", [SLOT | {"workers": ["?"]}], "workers"),
    ],
)
def test_a_foreign_id_in_what_is_sent_is_answered_as_one_that_nobody_has(
    foreign: dict[str, list[str]], riverside: Provider, method: str, path: str, said: Any, kind: str
):
    path = path.format(quay=riverside.services["quay"])
    nobodys = riverside.rita.ask(method, path, json=with_id(said, str(uuid4())))
    assert nobodys.status_code in (403, 404, 422)
    for id_ in foreign[kind]:
        theirs = riverside.rita.ask(method, path, json=with_id(said, id_))
        assert (theirs.status_code, theirs.get_data()) == (nobodys.status_code, nobodys.get_data())


def test_signing_in_on_a_foreign_device_is_like_signing_in_on_a_new_one(
    foreign: dict[str, list[str]], riverside: Provider
):
    for id_ in (foreign["devices"][0], str(uuid4())):
        answer = riverside.rita.sign_in(device={"id": id_, "name": "A phone"})
        assert answer.status_code == 200
        assert answer.get_json()["device"]["id"] != id_


def test_an_entry_about_a_foreign_one_waits_as_if_that_had_not_come_yet(
    foreign: dict[str, list[str]], riverside: Provider
):
    mo, quay = riverside.people["mo"], riverside.services["quay"]
    device, entry = foreign["devices"][0], foreign["entries"][0]
    theirs = riverside.rita.write("acknowledgement", {}, service=quay, about=f"{device}.{entry}", person=mo)
    nobodys = riverside.rita.write(
        "acknowledgement", {}, service=quay, about=f"{uuid4()}.{uuid4()}", person=mo
    )
    outcomes = riverside.rita.send(theirs, nobodys)
    without_id = [{name: value for name, value in each.items() if name != "id"} for each in outcomes]
    assert without_id[0] == without_id[1]


def routes_with_ids(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if any(ids_in(rule)):
            yield from ((rule, method) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))


def ids_in(rule: Rule) -> list[str]:
    return [name for name, kind in rule._converters.items() if isinstance(kind, UUIDConverter)]


def answer(riverside: Provider, rule: Rule, method: str, ids: dict[str, str], said: Any) -> tuple[int, bytes]:
    """What the manager of Riverside is told; whatever else stands in the address is her own or right in form."""
    address = rule.build(filled(riverside, rule) | {name: UUID(id_) for name, id_ in ids.items()})
    assert address is not None
    headers = {"Heed-Intake-Key": riverside.rita.intake_key["id"]}
    told = riverside.rita.ask(method, address[1], json=said, headers=headers)
    body = told.get_json(silent=True)
    if isinstance(body, dict) and body.get("outcome") == "quarantined":
        # Whatever a phone sends is kept. Its receipt is sealed anew each time.
        return KEPT_ASIDE, str({name: value for name, value in body.items() if name != "receipt"}).encode()
    return told.status_code, told.get_data()


def filled(riverside: Provider, rule: Rule) -> dict[str, Any]:
    own = {"key_id": riverside.rita.welcome["key_id"], "device_id": riverside.rita.welcome["device"]["id"]}
    plain = {"hash_": hashlib.sha256(b"\xff\xd8 no photo").hexdigest()}
    return {
        name: UUID(own.get(name, str(uuid4()))) if name in ids_in(rule) else plain.get(name, 1)
        for name in rule.arguments
    }


def with_id(said: Any, id_: str) -> Any:
    if isinstance(said, dict):
        return {name: with_id(value, id_) for name, value in said.items()}
    if isinstance(said, list):
        return [with_id(each, id_) for each in said]
    return id_ if said == "?" else said
