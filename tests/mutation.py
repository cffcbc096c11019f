"""Makes answers that are nearly right: the valid examples of every form, each changed in a few places.

The same seed makes the same answers, on every machine.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"

#: Answers that have confused one language or another.
ODD: tuple[Any, ...] = (
    *("", " ", "\n\t", "\u00a0\u00a0", "e\u0301", "😀", "😀" * 10, "\ud83d", "a\u0000b", "x" * 19, "é" * 20),
    *("yes", "no", "not_sure", "YES", "someone_else", "true", "None", "constructor", "__proto__"),
    *(0, 1, -1, 735, 200000, 200001, 1000000, 1000001, 2**53, 10**20, 7.5, -0.25, True, False, None),
    *([], [[]], ["yes"], ["yes", "yes"], [None], [1, 2], [{}], [{"side": "front"}], {}, {"yes": "yes"}),
    *("2026-11-20T16:55:00+00:00", "2026-11-20T16:55:00Z", "2026-11-20t16:55:00z", "2026-11-20 16:55:00Z"),
    *("2024-02-29T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2000-02-29T12:00:00+23:59"),
    *("2026-11-20T24:00:00Z", "2026-11-20T23:60:00Z", "2026-12-31T23:59:60Z", "2026-00-10T10:00:00Z"),
    *("2026-01-00T10:00:00Z", "2026-13-01T10:00:00Z", "2026-06-31T10:00:00Z", "2026-11-20T16:55:00+24:00"),
    *("2026-11-20T16:55:00+00:60", "2026-11-20T16:55Z", "2026-11-20T16:55:00", "2026-11-20T16:55:00.123456Z"),
    *(
        "2026-11-20T16:55:00.1234567Z",
        "2026-11-20T16:55:00Z\n",
        "٢٠٢٦-11-20T16:55:00Z",
        "+2026-11-20T16:55:00Z",
    ),
    *("f47ac10b-58cc-4372-a567-0e02b2c3d479", "F47AC10B-58CC-4372-A567-0E02B2C3D479", "f" * 64, "g" * 64),
    *("f47ac10b-58cc-4372-a567-0e02b2c3d479\n", "f47ac10b58cc4372a5670e02b2c3d479", "f" * 64 + "\n"),
)
STRANGE_NAMES = (
    "zz",
    "constructor",
    "toString",
    "__proto__",
    "0",
    "answers",
    "über",
    "a.b",
    "",
    "half\ud83d",
)


@dataclass(frozen=True)
class Case:
    """Answers to one version of one form."""

    form: str
    version: int
    answers: Any


def forms() -> list[tuple[str, int]]:
    """Every version of every form."""
    return [(path.parent.name, int(path.stem[1:])) for path in sorted(SCHEMAS.glob("*/v[0-9]*.json"))]


def valid_examples(form: str) -> list[dict[str, Any]]:
    """The answers that a form is said to accept."""
    folder = SCHEMAS / form / "examples"
    return [json.loads(path.read_text())["answers"] for path in sorted(folder.glob("*.valid.json"))]


def mutations(seed: int, count: int) -> Iterator[Case]:
    """That many cases, spread evenly over the forms."""
    random = Random(seed)
    pools = {form: _Pool(form, version) for form, version in forms()}
    kinds = forms()
    for number in range(count):
        form, version = kinds[number % len(kinds)]
        answers = copy.deepcopy(random.choice(pools[form].examples))
        for _ in range(random.choice((0, 1, 1, 1, 2, 2, 3, 5))):
            answers = _mutate(random, answers, pools[form])
        yield Case(form, version, answers)


class _Pool:
    """What answers to a form are made of: its examples, its questions in every branch, its options."""

    def __init__(self, form: str, version: int) -> None:
        self.examples = valid_examples(form)
        schema = json.loads((SCHEMAS / form / f"v{version}.json").read_text())
        self.options: dict[str, list[Any]] = {}
        for part in _parts(schema):
            for name, question in part.get("properties", {}).items():
                found = self.options.setdefault(name, [])
                held = question.get("items", question)
                options = [*held.get("enum", []), *([held["const"]] if "const" in held else [])]
                found += [[option] for option in options] if "items" in question else options
        for example in self.examples:
            for part in _parts(example):
                for name, answer in part.items():
                    if name in self.options:
                        self.options[name].append(answer)
        self.names = sorted(self.options)

    def answer(self, random: Random, name: str) -> Any:
        fitting = self.options.get(name)
        if fitting and random.random() < 0.6:
            return copy.deepcopy(random.choice(fitting))
        if random.random() < 0.3:
            return self.answer(random, random.choice(self.names))
        return copy.deepcopy(random.choice(ODD))


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _parts(part)


def _mutate(random: Random, answers: Any, pool: _Pool) -> Any:
    """One change, anywhere in the answers; once in a long while instead of them."""
    if random.random() < 0.005:
        return copy.deepcopy(random.choice(ODD))
    places = [part for part in _parts(answers) if part] or [{}]
    place = places[0] if random.random() < 0.6 else random.choice(places)
    names = sorted(place)
    change = random.choice(("drop", "answer", "answer", "answer", "add", "add", "stretch", "name"))
    if change == "drop" and names:
        del place[random.choice(names)]
    elif change == "answer" and names:
        name = random.choice(names)
        place[name] = pool.answer(random, name)
    elif change == "add":
        name = random.choice(pool.names)
        place[name] = pool.answer(random, name)
    elif change == "stretch" and names:
        name = random.choice(names)
        place[name] = _stretched(random, place[name])
    elif change == "name":
        place[random.choice(STRANGE_NAMES)] = pool.answer(random, random.choice(pool.names))
    return answers


def _stretched(random: Random, answer: Any) -> Any:
    """The same kind of answer, too long, too short, too many, too large, or the opposite."""
    if isinstance(answer, str):
        return random.choice(
            (answer[:-1], answer[:1], answer + "\n", answer * 3, answer * 60, answer.upper())
        )
    if isinstance(answer, list):
        return random.choice((answer + answer, answer * 31, answer[1:], [answer]))
    if isinstance(answer, bool):
        return not answer
    if isinstance(answer, int):
        return random.choice((answer + 1, -answer, answer * 1000, answer % 1000 + 0.5))
    return [answer]
