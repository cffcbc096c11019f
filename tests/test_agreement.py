"""The phone and the server judge alike: the same answers fail, in the same fields, with the same words.

Otherwise a worker would see "Sent" and the manager an entry that came in with an error.
"""

from __future__ import annotations

import json
import subprocess
from collections import Counter

import pytest

from server.instance.app_build import Node
from server.services.form import FormShelf
from tests.mutation import SCHEMAS, Case, mutations

SEED = 20_261_124
ON_EACH_RUN = 2_000
WITH_ALL = 20_000
JUDGE = SCHEMAS.parent / "pwa" / "test" / "domain" / "judge.ts"

Verdict = list[tuple[str, str, str]]


@pytest.fixture(scope="module")
def cases(everything: bool) -> list[Case]:
    count = WITH_ALL if everything else ON_EACH_RUN
    print(f"{count} cases from seed {SEED}")
    return list(mutations(SEED, count))


@pytest.fixture(scope="module")
def on_server(cases: list[Case]) -> list[Verdict]:
    shelf = FormShelf.from_folder(SCHEMAS)
    return [
        sorted(
            (each.field, each.keyword, each.words)
            for each in shelf.problems(case.form, case.version, case.answers)
        )
        for case in cases
    ]


def on_phone(cases: list[Case]) -> list[Verdict]:
    """What the app's own code says, in one Node for all of them."""
    lines = "".join(json.dumps(vars(case)) + "\n" for case in cases)
    done = subprocess.run(
        [Node.find().program, str(JUDGE)],
        input=lines,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return [sorted(map(tuple, json.loads(line))) for line in done.stdout.splitlines()]


def test_phone_and_server_find_the_same_faults_in_the_same_answers(cases, on_server):
    found = on_phone(cases)

    assert len(found) == len(cases)
    differing = [
        f"{case.form} {json.dumps(case.answers)}\n  server {server}\n  phone  {phone}"
        for case, server, phone in zip(cases, on_server, found, strict=True)
        if server != phone
    ]
    assert not differing, f"{len(differing)} differ (seed {SEED}):\n" + "\n".join(differing[:5])


def test_the_cases_try_every_fault_that_a_form_can_find(on_server):
    """Agreement says little when nothing is wrong, or always the same."""
    keywords = Counter(keyword for verdict in on_server for _, keyword, _ in verdict)
    accepted = sum(not verdict for verdict in on_server)

    assert set(keywords) >= {
        *(
            "required",
            "type",
            "enum",
            "const",
            "minLength",
            "maxLength",
            "pattern",
            "format",
            "minimum",
            "maximum",
        ),
        *("minItems", "maxItems", "uniqueItems", "unevaluatedProperties", "text"),
    }
    assert 0.1 < accepted / len(on_server) < 0.5
