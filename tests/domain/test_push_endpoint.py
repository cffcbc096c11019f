"""A push goes to the browsers' own services, whatever a stranger calls an endpoint."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import BadInput
from server.domain.push_endpoint import SERVICES, bytes_of, may_push_to
from tests.domain.hostile_endpoints import hostile_endpoints


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_reached_by_https_alone(service: str):
    host = f"some{service}" if service.startswith(".") else service
    assert may_push_to(f"https://{host}/x")
    assert not may_push_to(f"http://{host}/x")
    assert not may_push_to(f"https://{host}.evil.example/x")
    assert not may_push_to(f"https://{host}:444/x")
    assert not may_push_to(f"https://evil.example/{host}")
    assert not may_push_to(f"https://{host}@evil.example/")
    assert not may_push_to(f"https://evil{service.lstrip('.')}/x")


@given(st.text(max_size=80))
def test_whatever_somebody_makes_up_is_refused_without_a_fuss(text: str):
    assert not may_push_to(text)
    assert not may_push_to(f"https://{text}/fcm.googleapis.com")


def test_a_host_of_the_settings_is_reached_too():
    assert may_push_to("http://localhost:9000/x", ("localhost:9000",))
    assert not may_push_to("http://localhost:9001/x", ("localhost:9000",))
    assert not may_push_to("file://localhost:9000/x", ("localhost:9000",))


def test_a_key_has_just_its_length():
    assert bytes_of("AAAAAAAAAAAAAAAAAAAAAA==", 16, "auth") == bytes(16)
    for text in ("", "AAAA", "A" * 23, "!!!!", "é"):
        with pytest.raises(BadInput):
            bytes_of(text, 16, "auth")


def test_200_ways_to_lead_a_push_elsewhere_lead_nowhere():
    endpoints = list(hostile_endpoints())
    assert len(set(endpoints)) >= 200
    assert [each for each in endpoints if may_push_to(each)] == []
