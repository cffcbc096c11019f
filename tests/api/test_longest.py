"""Whatever comes in has a longest: every list, every text, and everything else that could go on without end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, ValidationError, class_registry, fields, validate

from server.api.payloads.base import Id, Moment, Point
from server.api.payloads.push_subscription import Milliseconds
from server.api.payloads.sync import FetchQuery
from tests.people import Provider

#: Far more than anybody types, and far less than a body may be long.
LONG = 30_000


def taken(app: Flask) -> dict[tuple[str, str], dict[str, Any]]:
    """What each route takes as JSON, as the interface describes it."""
    document = app.test_client().get("/api/openapi.json").get_json()
    bodies = {
        (method.upper(), path): operation["requestBody"]["content"]
        for path, route in document["paths"].items()
        for method, operation in route.items()
        if "requestBody" in operation
    }
    return {
        place: content["application/json"]["schema"]
        for place, content in bodies.items()
        if "application/json" in content
    }


def incoming(app: Flask) -> dict[str, type[Schema]]:
    """Every payload that a route takes, by name."""
    names = {(schema.get("items") or schema)["$ref"].rsplit("/", 1)[-1] for schema in taken(app).values()}
    return {"FetchQuery": FetchQuery} | {name: class_registry.get_class(name) for name in sorted(names)}


def walk(field: fields.Field[Any], place: str) -> Iterator[tuple[str, fields.Field[Any]]]:
    """A field, and whatever stands inside of it, each with its place."""
    yield place, field
    if isinstance(field, fields.Nested):
        for name, inner in field.schema.fields.items():
            yield from walk(inner, f"{place}.{name}")
    if isinstance(field, fields.List):
        yield from walk(field.inner, f"{place}[]")


def rules(field: fields.Field[Any]) -> list[Any]:
    """The rules of a field, those that stand in others too."""
    return [
        inner
        for rule in field.validators
        for inner in (rule.validators if isinstance(rule, validate.And) else [rule])
    ]


def is_bounded(field: fields.Field[Any]) -> bool:
    """Does the field say itself how much there may be of it?"""
    lengths = [rule for rule in rules(field) if isinstance(rule, validate.Length)]
    match field:
        case fields.Nested() | fields.Boolean() | Id() | Moment() | Milliseconds() | Point():
            return True
        case fields.List():
            return any(rule.max is not None for rule in lengths)
        case fields.String():
            chosen = any(isinstance(rule, validate.OneOf | validate.Equal) for rule in rules(field))
            return chosen or any(rule.max is not None or rule.equal is not None for rule in lengths)
        case fields.Integer():
            return any(isinstance(rule, validate.Range | validate.OneOf) for rule in rules(field))
        case _:
            return False


def test_every_list_every_text_and_every_number_that_comes_in_has_a_longest(app: Flask):
    payloads = incoming(app)
    assert len(payloads) >= 20
    places = [
        found
        for name, payload in payloads.items()
        for inner, field in payload().fields.items()
        for found in walk(field, f"{name}.{inner}")
    ]
    assert [place for place, field in places if not is_bounded(field)] == []
    assert len(places) > 100


@pytest.mark.parametrize(
    ("field", "long"),
    [
        (Id(), "-" * LONG + "00000000000070008000000000000000"),
        (Id(), "{" * LONG + "00000000-0000-7000-8000-000000000000"),
        (Moment(format="iso"), f"2026-11-24T09:00:00.{'0' * LONG}+00:00"),
        (Milliseconds(), "1" * LONG),
        (Point(), "A" * LONG),
    ],
)
def test_what_has_one_size_is_not_read_in_another(field: fields.Field[Any], long: str):
    with pytest.raises(ValidationError) as refused:
        field.deserialize(long)
    assert len(str(refused.value)) < 200


def test_a_list_that_is_sent_alone_has_a_longest_too(app: Flask, meadow: Provider):
    lists = {
        place: schema["maxItems"] for place, schema in taken(app).items() if schema.get("type") == "array"
    }
    assert set(lists) == {
        ("PUT", "/api/services/{service}/on-call"),
        ("PUT", "/api/services/{service}/shifts"),
    }
    slot = {"from": "2099-11-24T09:00:00Z", "until": "2099-11-24T10:00:00Z"}
    one = {
        "on-call": slot | {"rank": 1, "worker": str(meadow.workers["hana"]), "number": "01632 960 011"},
        "shifts": slot | {"workers": []},
    }
    for (method, path), most in lists.items():
        said = [one[path.rsplit("/", 1)[-1]]] * (most + 1)
        answer = meadow.carol.ask(method, path.format(service=meadow.services["north"]), json=said)
        assert answer.status_code == 422
        assert str(most) in answer.get_json()["message"]
