"""Asks everything that the interface says can be asked, rightly and wrongly, as everybody who could ask it.

What may be asked comes from the OpenAPI document alone, so a route that is new is asked from its first day on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import TestResponse

from tests.fuzz.crowd import Crowd
from tests.fuzz.spoil import spoilt
from tests.people import ORIGIN, Phone
from tests.quick_passwords import quick_passwords

AS_DESCRIBED = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

NOBODY = "nobody"


@dataclass
class Tally:
    """What came of the calls: how many, by status and by route, and whatever was not as described."""

    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    routes: Counter[tuple[str, int]] = field(default_factory=Counter)
    askers: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count another's calls as well."""
        self.calls += other.calls
        self.statuses += other.statuses
        self.routes += other.routes
        self.askers += other.askers
        self.failures += other.failures
        self.breaks += other.breaks


def fuzz(app: Flask, calls: int, chance: int) -> Tally:
    """Make so many calls. The same `chance` makes the same calls, ids and tokens apart."""
    with quick_passwords():
        return _Fuzzer(app, Random(chance)).run(calls, chance)


class _Fuzzer:
    def __init__(self, app: Flask, dice: Random) -> None:
        self.app = app
        self.dice = dice
        self.client = app.test_client(use_cookies=False)
        self.schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
        self.tally = Tally()
        self.crowd = Crowd.gather(app)

    def run(self, calls: int, chance: int) -> Tally:
        operations = [result.ok() for result in self.schema.get_all_operations()]
        strategies = {
            operation.label: st.one_of(
                operation.as_strategy(GenerationMode.POSITIVE),
                operation.as_strategy(GenerationMode.POSITIVE),
                operation.as_strategy(GenerationMode.NEGATIVE),
            )
            for operation in operations
        }
        turn = 0
        while (left := calls - self.tally.calls) > 0:
            # Some routes have little to say; what they leave over goes to the others in the next round.
            each = max(1, min(100, -(-left // len(strategies))))
            for label, strategy in strategies.items():
                self._ask(label, strategy, min(each, calls - self.tally.calls), chance + turn)
            turn += 1
        return self.tally

    def _ask(self, label: str, strategy: Any, times: int, chance: int) -> None:
        if times <= 0:
            return
        # All of them ask from one address: each route anew, or none would come past "too many tries" for long.
        self.app.extensions["knocks"].forget()

        @seed(f"{chance} {label}")
        @settings(
            max_examples=times,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def ask(case: Case) -> None:
            self._call(case)

        ask()

    def _call(self, case: Case) -> None:
        dice, wrong_on_purpose = self.dice, case.meta.generation.mode.is_negative
        for place in ("path_parameters", "query", "headers", "body"):
            said = getattr(case, place)
            if isinstance(said, MutableMapping | list):
                said = self.crowd.with_real_ones(said, dice, ids_alone=wrong_on_purpose)
                setattr(case, place, said)
            if isinstance(said, MutableMapping) and not wrong_on_purpose:
                self.crowd.with_what_belongs_together(said, dice)
        if case.media_type == "application/octet-stream" and dice.random() < 0.5:
            case.body = dice.choice(self.crowd.raw)
        request = case.as_transport_kwargs()
        who = dice.choice([*self.crowd.phones, NOBODY])
        # Whether a header that is wrong is refused can be seen only where no right one takes its place.
        asker = None if case.meta.is_negative_at(ParameterLocation.HEADER) else self.crowd.phones.get(who)
        # Packed for the way, an answer could not be held against its description.
        headers = {**request.pop("headers", {}), "Accept-Encoding": "identity"}
        if asker is not None:
            headers = {**headers, **ORIGIN, **asker.bearer}
        is_spoilt = "json" in request and dice.random() < 0.1
        if is_spoilt:
            request["data"] = spoilt(json.dumps(request.pop("json")), dice)
            headers["Content-Type"] = "application/json"
        client = asker.client if asker is not None and dice.random() < 0.5 else self.client
        answer = client.open(**request, headers=headers)
        self._note(case, answer, who if asker else NOBODY)
        self._judge(case, answer, is_spoilt)
        if answer.status_code == HTTPStatus.UNAUTHORIZED and asker is not None:
            self._let_in_again(asker)

    def _note(self, case: Case, answer: TestResponse, who: str) -> None:
        self.tally.calls += 1
        self.tally.statuses[answer.status_code] += 1
        self.tally.routes[case.operation.label, answer.status_code] += 1
        self.tally.askers[who] += 1

    def _judge(self, case: Case, answer: TestResponse, is_spoilt: bool) -> None:
        told = f"{answer.status_code} {case.as_curl_command()}"
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.tally.failures.append(told)
        checks = [*AS_DESCRIBED]
        # Whoever sends what is described as wrong is refused, for whatever reason comes first.
        if answer.status_code < HTTPStatus.BAD_REQUEST and not is_spoilt:
            checks.append(negative_data_rejection)
        try:
            case.validate_response(answer, checks=checks)
        except FailureGroup as found:
            self.tally.breaks.append(f"{told}\n" + "\n".join(str(each) for each in found.exceptions))

    def _let_in_again(self, phone: Phone) -> None:
        """Somebody signed this phone out, or its ten minutes are over. When it is kept out, all start anew."""
        if phone.sign_in().status_code != HTTPStatus.OK:
            self.crowd = Crowd.gather(self.app)
