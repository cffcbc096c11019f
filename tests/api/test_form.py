"""The forms over HTTP: open to whoever asks, exact to the byte, fetched once."""

from __future__ import annotations

import hashlib

import pytest
from flask.testing import FlaskClient

from tests.mutation import SCHEMAS, forms


def test_the_list_names_every_form_and_where_to_fetch_it(client: FlaskClient):
    answer = client.get("/api/forms")

    assert answer.status_code == 200
    assert [(each["form"], each["version"]) for each in answer.get_json()] == sorted(forms())
    for each in answer.get_json():
        form = client.get(each["url"])
        assert form.status_code == 200
        assert form.mimetype == "application/json"
        assert hashlib.sha256(form.data).hexdigest() == each["sha256"]
        assert form.get_json()["title"] == each["title"]


def test_a_form_comes_byte_for_byte_as_it_was_published(client: FlaskClient):
    assert client.get("/api/forms/concern/1").data == (SCHEMAS / "concern" / "v1.json").read_bytes()


@pytest.mark.parametrize("url", ["/api/forms", "/api/forms/concern/1"])
def test_what_a_phone_has_already_is_not_sent_again(client: FlaskClient, url: str):
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    other = client.get(url, headers={"If-None-Match": '"another"'})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (other.status_code, other.data) == (200, first.data)


@pytest.mark.parametrize(
    "path", ["concern/2", "concern/0", "diary/1", "rules/1", "form.meta/1", "..%2fconcern/1"]
)
def test_a_form_that_was_never_published_is_not_found(client: FlaskClient, path: str):
    answer = client.get(f"/api/forms/{path}")

    assert answer.status_code == 404
    assert answer.get_json()["message"].endswith(".")


def test_a_form_that_is_not_there_is_named_in_plain_words(client: FlaskClient):
    assert client.get("/api/forms/concern/2").get_json()["message"] == (
        "There is no version 2 of a form called “concern”."
    )


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nobody_can_change_a_form(client: FlaskClient, method: str):
    assert client.open("/api/forms/concern/1", method=method.upper()).status_code == 405
